//! Whatever happens in a run, its record tells what the cluster was when it ended; and a run may end
//! after any event.

use proptest::prelude::*;

use crate::cases::any_case;
use crate::over_time::check_over_time;
use crate::rebuilt_end::check_end;
use crate::recorded::record;
use crate::runs::{MAX_EVENTS, config};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_record_tells_what_the_cluster_was(case in any_case(), cut in 1..3_000u64) {
        let scenario = case.scenario();
        check_end(record(&scenario, MAX_EVENTS), "at its end");
        check_end(record(&scenario, cut), &format!("after {cut} events"));
    }

    #[test]
    fn a_record_tells_what_the_recorder_kept(case in any_case(), cut in 1..3_000u64) {
        let scenario = case.scenario();
        check_over_time(&record(&scenario, MAX_EVENTS), "to its end");
        check_over_time(&record(&scenario, cut), &format!("after {cut} events"));
    }
}
