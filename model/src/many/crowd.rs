// SPDX-License-Identifier: GPL-2.0

//! Calls to as many CPUs as loom cannot have: counts, marks, and which side ends the call.

use super::*;

const CPUS: usize = 12;

/// The first one, the last one, and one in between.
const REFUSED: &[usize] = &[0, 7, 11];

/// Queued, and there is a result.
const RESULTS: usize = CPUS - REFUSED.len();

/// A caller that sleeps for each result is told each once, and nothing of the CPUs that were
/// refused. One side ends the call, which can then be made again.
#[test]
fn each_result_is_told_once() {
    model(|| {
        let call = Call::new(CPUS);
        for _ in 0..2 {
            call.queue(10, REFUSED);
            for _ in 0..RESULTS {
                let element = call.wait_any().expect("no result");
                assert_eq!(element.result.read(), 11, "no result");
            }
            assert!(call.wait_any().is_none(), "a result of a refused CPU");
            call.end();
            assert!(call.try_wait(), "never ended");
            assert!(call.countdown.queued(0), "a mark");
        }
    });
}

/// The token is dropped after some results: no CPU wakes its holder any more, and one side hands
/// over what all did.
#[test]
fn dropped_among_results() {
    for told in [0, 1, RESULTS - 1] {
        model(move || {
            let call = Call::new(CPUS);
            call.queue(10, REFUSED);
            for _ in 0..told {
                call.wait_any().expect("no result");
            }
            call.detach();
            call.end();
            assert_eq!(call.ended.load(Ordering::Relaxed), 1, "never ended");
            assert_eq!(call.reaped.load(Ordering::Relaxed), 1, "never reaped");
        });
    }
}
