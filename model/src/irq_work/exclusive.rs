// SPDX-License-Identifier: GPL-2.0

//! The exclusive form, whose claims and runs are plain stores: `Idle` and `InFlight`.

use super::*;

struct Exclusive {
    state: State,
    object: Plain,
}

impl Exclusive {
    /// What `RawIrqWork::check_run()` checks holds, too.
    fn run(&self) {
        assert!(self.state.is_pending(), "not pending");
        assert!(!self.state.is_running(), "two runs at once");
        self.state.enter_exclusive();
        self.object.write(self.object.read() + 1);
        self.state.exit_exclusive();
    }
}

/// The object goes from the holder of the token to the callback and back, twice.
#[test]
fn the_object_goes_with_the_token() {
    model(|| {
        let interrupts = Interrupts::default();
        let work = Arc::new(Exclusive {
            state: State::new(),
            object: Plain::new(0),
        });
        // Makes the atomics.
        assert!(work.state.is_idle());
        for run in 0..2 {
            work.object.write(10 * run);
            work.state.claim_exclusive();
            let of_run = work.clone();
            interrupts.send(move || of_run.run());
            // `InFlight::try_wait()`
            if !work.state.is_idle() {
                break;
            }
            assert_eq!(work.object.read(), 10 * run + 1, "idle before the run");
        }
        interrupts.end();
        assert!(work.state.is_idle(), "not idle in the end");
    });
}
