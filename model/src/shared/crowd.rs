// SPDX-License-Identifier: GPL-2.0

//! Calls that more CPUs fire than loom can have: attempts add up.

use super::*;

const SENDERS: usize = 8;

impl Call {
    /// `Call::sync()`.
    fn sync(&self) {
        let before = self.state.snapshot();
        while !self.state.ended_since(before) {
            thread::yield_now();
        }
    }
}

/// Each sender fires, waits, and fires again, while runs go on: each attempt is seen, runs do not
/// overlap, and the attempts that they stand for add up. A sender that has waited was seen.
#[test]
fn attempts_of_all_add_up() {
    model(|| {
        let call = Call::new(2 * SENDERS);
        let sender = |number: usize| {
            let call = call.clone();
            thread::spawn(move || {
                call.fire(number);
                call.sync();
                assert_eq!(call.seen[number].load(Ghostly), 1, "ended before the run");
                call.fire(SENDERS + number);
            })
        };
        let senders: Vec<_> = (0..SENDERS).map(sender).collect();
        for sender in senders {
            sender.join().unwrap();
        }
        call.end();
    });
}
