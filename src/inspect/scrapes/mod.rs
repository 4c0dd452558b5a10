//! A run as Prometheus would have seen it: what each scrape of kube-state-metrics found, and the
//! alerts that follow.

mod alerts;
mod history;
mod scrape;

pub use alerts::{FiredAlert, fired_alerts};
pub use history::{Histories, History};
pub use scrape::{Asked, Group, ScrapedPod, Scrapes, TooManySamples, scrape};
