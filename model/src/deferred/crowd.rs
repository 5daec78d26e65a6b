// SPDX-License-Identifier: GPL-2.0

//! A CPU for which more senders have work than loom can have.

use super::*;

/// What a sender does, for the work of `slot`. Returns whether a run is to see what it wrote before
/// that.
type Sender = fn(&Arc<Target<Seen>>, slot: usize) -> bool;

/// Two for each work.
const SENDERS: [[Sender; 2]; 4] = [
    [Target::request, Target::request_now],
    [Target::request_only, Target::request_only],
    [request_and_revoke, request_and_revoke],
    [Target::request, request_and_flush],
];

fn request_and_revoke(target: &Arc<Target<Seen>>, slot: usize) -> bool {
    target.request(slot);
    target.revoke(slot);
    false
}

fn request_and_flush(target: &Arc<Target<Seen>>, slot: usize) -> bool {
    target.request(slot);
    target.flush(slot);
    target.work.assert_seen(slot, 1);
    true
}

/// Each sender writes a word. A run of its work sees both.
#[derive(Default)]
struct Seen {
    written: [[AtomicU32; 2]; SENDERS.len()],
    seen: [[Ghost; 2]; SENDERS.len()],
}

impl Seen {
    fn assert_seen(&self, slot: usize, sender: usize) {
        let seen = self.seen[slot][sender].load(Ghostly);
        assert_eq!(seen, 1, "accepted, and not seen");
    }
}

impl Work for Seen {
    fn callback(target: &Target<Self>, slot: usize) {
        let Seen { written, seen } = &target.work;
        for (written, seen) in written[slot].iter().zip(&seen[slot]) {
            seen.fetch_or(written.load(Ordering::Relaxed), Ghostly);
        }
    }
}

/// The senders of all works, while the CPU leaves user mode, comes back, and is interrupted: each
/// run that is owed takes place once, or is revoked, and sees what the senders wrote that rely on
/// it.
#[test]
fn each_run_is_owed_to_its_senders() {
    model(|| {
        let target = Target::new(USER, Seen::default());
        let start = |(slot, sender): (usize, usize)| {
            let target = target.clone();
            let send = move || {
                target.work.written[slot][sender].store(1, Ordering::Relaxed);
                SENDERS[slot][sender](&target, slot)
            };
            (slot, sender, thread::spawn(send))
        };
        let all = (0..SENDERS.len()).flat_map(|slot| [(slot, 0), (slot, 1)]);
        let senders: Vec<_> = all.map(start).collect();
        target.enter_kernel();
        target.leave_kernel();
        // There it stays.
        target.enter_kernel();
        let accepted = senders.into_iter().filter_map(|(slot, sender, thread)| {
            let is_accepted = thread.join().unwrap();
            is_accepted.then_some((slot, sender))
        });
        let accepted: Vec<_> = accepted.collect();
        target.end();
        for (slot, sender) in accepted {
            target.work.assert_seen(slot, sender);
        }
    });
}
