//! stub
use crate::engine::Uniform; use crate::time::SimDuration;
#[derive(Clone, Debug)]
pub enum Delay { Constant(SimDuration) }
impl Delay { pub fn sample(&self, _u: Uniform) -> SimDuration { let Delay::Constant(d) = self; *d } }
