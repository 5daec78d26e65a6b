// SPDX-License-Identifier: GPL-2.0

//! Models of `rust/calls/deferred`.

use std::{
    mem,
    sync::{
        atomic::{
            AtomicU32 as Ghost,
            Ordering::SeqCst as Ghostly, //
        },
        Arc,
    },
};

use crate::{
    checker::{
        sync::{
            atomic::{
                fence,
                AtomicU32,
                Ordering, //
            },
            Mutex, //
        },
        thread,
    },
    run::{
        model,
        model_with_barriers,
        Interrupts,
        Plain, //
    },
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

#[path = "../../rust/calls/deferred/state.rs"]
// `GROUP` is not used here.
#[allow(dead_code)]
mod state;

#[cfg(feature = "shuttle")]
mod crowd;

use state::{
    Cpu,
    Marks,
    Place,
    Request,
    Row, //
};

/// What the kernel has in memory that is zero.
struct Words {
    marks: Marks,
    cpu: Cpu,
    row: Row,
}

impl Words {
    fn new() -> Self {
        let long = || {
            let word = Atomic::<u64>::new(0);
            // Makes the atomic.
            word.load(ordering::Relaxed);
            word
        };
        let short = || {
            let word = Atomic::<u32>::new(0);
            word.load(ordering::Relaxed);
            word
        };
        // SAFETY: The same fields, in the order of C.
        unsafe {
            Self {
                marks: mem::transmute::<[Atomic<u64>; 1], Marks>([long()]),
                cpu: mem::transmute::<[Atomic<u32>; 3], Cpu>([short(), short(), short()]),
                row: mem::transmute::<[Atomic<u64>; 2], Row>([long(), long()]),
            }
        }
    }

    /// A work of the one group there is.
    fn place(&self, slot: usize) -> Place<'_> {
        Place {
            marks: &self.marks,
            cpu: &self.cpu,
            row: &self.row,
            group: 1,
            bit: 1 << slot,
        }
    }
}

/// What a work does with the CPU that it runs on.
trait Work: Sized + Send + Sync + 'static {
    fn callback(target: &Target<Self>, slot: usize);
}

const WORKS: usize = 8;

/// A CPU, on which works are queued as `queue.rs` does.
struct Target<W> {
    words: Words,
    /// `context_tracking.state`: even in user mode.
    tracked: Atomic<u32>,
    /// The CPU does one thing at a time, which it also remembers: held while its interrupts are
    /// off.
    irqs_off: Mutex<()>,
    work: W,
    /// The C csd of its IPI, which belongs to the owner of that.
    csd: Plain,
    /// For each work, how many requests are to have a run of their own, and how many had one or
    /// were revoked. Loom does not see it: it orders nothing.
    owed: [Ghost; WORKS],
    settled: [Ghost; WORKS],
    interrupts: Interrupts,
}

const USER: u32 = 0;
const KERNEL: u32 = 1;

impl<W: Work> Target<W> {
    fn new(tracked: u32, work: W) -> Arc<Self> {
        let tracked = Atomic::<u32>::new(tracked);
        // Makes the atomic.
        tracked.load(ordering::Relaxed);
        Arc::new(Self {
            words: Words::new(),
            tracked,
            irqs_off: Mutex::new(()),
            work,
            csd: Plain::new(0),
            owed: Default::default(),
            settled: Default::default(),
            interrupts: Interrupts::default(),
        })
    }

    fn is_in_user(&self) -> bool {
        self.tracked.load(ordering::Relaxed) & KERNEL == USER
    }

    /// Sends the CPU's IPI, for its owner: the csd is locked.
    fn send(self: &Arc<Self>) {
        self.csd.write(1);
        let this = self.clone();
        self.interrupts.send(move || this.interrupted());
    }

    /// Whether it was accepted.
    fn requested(self: &Arc<Self>, slot: usize, request: Request) -> bool {
        match request {
            Request::Coalesced => return true,
            Request::Refused => return false,
            Request::Deferred | Request::Kicked => {}
            Request::MustKick => self.send(),
        }
        self.owed[slot].fetch_add(1, Ghostly);
        true
    }

    /// `request()` of `queue.rs`.
    fn request(self: &Arc<Self>, slot: usize) -> bool {
        let place = self.words.place(slot);
        place.joins() || self.requested(slot, place.request(|| self.is_in_user()))
    }

    fn request_now(self: &Arc<Self>, slot: usize) -> bool {
        let place = self.words.place(slot);
        place.joins() || self.requested(slot, place.request_now())
    }

    fn request_only(self: &Arc<Self>, slot: usize) -> bool {
        let request = self.words.place(slot).request_only(|| self.is_in_user());
        self.requested(slot, request)
    }

    fn revoke(&self, slot: usize) -> bool {
        let revoked = self.words.place(slot).revoke();
        if revoked {
            self.settled[slot].fetch_add(1, Ghostly);
        }
        revoked
    }

    /// `rust_deferred_run()`.
    fn run(&self) {
        let is_outermost = self.words.cpu.begin_run();
        assert!(is_outermost, "runs within a run");
        let taken = match self.words.marks.take() {
            0 => 0,
            _ => self.words.row.take(),
        };
        for slot in 0..WORKS {
            if taken & (1 << slot) != 0 {
                self.settled[slot].fetch_add(1, Ghostly);
                W::callback(self, slot);
            }
        }
        self.words.cpu.end_run(is_outermost);
    }

    /// `ct_state_inc()`, which is fully ordered, and `deferred_user_exit()`.
    fn user_exit(&self) {
        self.tracked.fetch_add(1, ordering::Full);
        if self.words.marks.get() != 0 {
            self.run();
        }
    }

    fn user_enter(&self) {
        self.tracked.fetch_add(1, ordering::Full);
    }

    /// A system call, up to where interrupts are on.
    fn enter_kernel(&self) {
        let _irqs_off = self.irqs_off.lock().unwrap();
        self.user_exit();
    }

    fn leave_kernel(&self) {
        let _irqs_off = self.irqs_off.lock().unwrap();
        self.user_enter();
    }

    /// The IPI.
    fn interrupted(&self) {
        let _irqs_off = self.irqs_off.lock().unwrap();
        let from_user = self.is_in_user();
        if from_user {
            self.user_exit();
        }
        // C has unlocked the csd. `rust_deferred_answer()`.
        self.csd.write(0);
        self.words.cpu.answer();
        self.run();
        if from_user {
            self.user_enter();
        }
    }

    /// It goes back to user mode, and comes again.
    fn enter_kernel_again(&self) {
        self.leave_kernel();
        self.enter_kernel();
        self.end();
    }

    /// `Header::flush()`, without the first look.
    fn flush(&self, slot: usize) {
        let _irqs_off = self.irqs_off.lock().unwrap();
        self.run();
    }

    fn end(&self) {
        self.interrupts.end();
        assert_eq!(self.words.row.take(), 0, "left behind");
        // Not `is_kicked()`: loom does not know that a store which an exchange has not seen comes
        // after it, and would let the exchange be the last one.
        for (owed, settled) in self.owed.iter().zip(&self.settled) {
            assert_eq!(owed.load(Ghostly), settled.load(Ghostly), "not once");
        }
    }
}

struct Nothing;

impl Work for Nothing {
    fn callback(_target: &Target<Self>, _slot: usize) {}
}

/// The CPU leaves user mode meanwhile: it takes the bit, or it is interrupted.
#[test]
fn none_is_missed() {
    model_with_barriers(|| {
        let target = Target::new(USER, Nothing);
        let sender = {
            let target = target.clone();
            thread::spawn(move || {
                target.request(0);
            })
        };
        target.enter_kernel();
        sender.join().unwrap();
        target.end();
    });
}

/// The same where it goes back, and leaves user mode again later.
#[test]
fn none_is_missed_on_the_way_back() {
    model_with_barriers(|| {
        let target = Target::new(KERNEL, Nothing);
        let sender = {
            let target = target.clone();
            thread::spawn(move || {
                target.request(0);
            })
        };
        target.leave_kernel();
        target.enter_kernel();
        sender.join().unwrap();
        target.end();
    });
}

/// Two senders, and one IPI is enough if it has not arrived yet.
#[test]
fn an_ipi_of_another_is_enough() {
    model(|| {
        let target = Target::new(KERNEL, Nothing);
        let other = {
            let target = target.clone();
            thread::spawn(move || {
                target.request_now(1);
            })
        };
        target.request_now(0);
        other.join().unwrap();
        target.end();
    });
}

/// Belongs to the thread that clears the bit.
struct Owned(Plain);

impl Work for Owned {
    fn callback(target: &Target<Self>, _slot: usize) {
        target.work.0.write(target.work.0.read() + 1);
    }
}

/// The CPU that clears the bit owns the run, and sees what the sender did.
#[test]
fn run_or_revoked() {
    model(|| {
        let target = Target::new(KERNEL, Owned(Plain::new(0)));
        let other = {
            let target = target.clone();
            thread::spawn(move || {
                if target.revoke(0) {
                    target.work.0.write(target.work.0.read() + 2);
                }
            })
        };
        target.work.0.write(10);
        target.request_now(0);
        other.join().unwrap();
        target.end();
    });
}

/// Each of two CPUs writes a word and queues the work.
#[derive(Default)]
struct Written {
    written: [AtomicU32; 2],
    seen: [Ghost; 2],
}

impl Written {
    fn write(&self, sender: usize) {
        self.written[sender].store(1, Ordering::Relaxed);
    }

    fn assert_seen(&self, sender: usize) {
        assert_eq!(self.seen[sender].load(Ghostly), 1, "accepted, and not seen");
    }
}

impl Work for Written {
    fn callback(target: &Target<Self>, _slot: usize) {
        let this = &target.work;
        for (written, seen) in this.written.iter().zip(&this.seen) {
            seen.fetch_or(written.load(Ordering::Relaxed), Ghostly);
        }
    }
}

/// A run that is still to come sees what each sender wrote, also a sender that found the bit set
/// and has written nothing else. The CPU takes the bit meanwhile.
#[test]
fn a_coalesced_request_is_seen() {
    model_with_barriers(|| {
        let target = Target::new(KERNEL, Written::default());
        let other = {
            let target = target.clone();
            thread::spawn(move || {
                target.work.write(1);
                target.request_now(0);
            })
        };
        target.work.write(0);
        target.request_now(0);
        other.join().unwrap();
        target.end();
        target.work.assert_seen(0);
        target.work.assert_seen(1);
    });
}

/// The same with a CPU that leaves user mode.
#[test]
fn a_coalesced_request_is_seen_on_entry() {
    model_with_barriers(|| {
        let target = Target::new(USER, Written::default());
        target.work.write(0);
        target.request(0);
        let other = {
            let target = target.clone();
            thread::spawn(move || {
                target.work.write(1);
                target.request(0);
            })
        };
        target.enter_kernel();
        other.join().unwrap();
        target.enter_kernel_again();
        target.work.assert_seen(0);
        target.work.assert_seen(1);
    });
}

/// A flush by a sender that was coalesced: the sender that has set the bit is still on its way.
#[test]
fn a_flush_sees_a_coalesced_request() {
    model_with_barriers(|| {
        let target = Target::new(KERNEL, Written::default());
        let other = {
            let target = target.clone();
            thread::spawn(move || {
                target.request_now(0);
            })
        };
        target.work.write(0);
        target.request_now(0);
        target.flush(0);
        target.work.assert_seen(0);
        other.join().unwrap();
        target.end();
    });
}

/// Two senders take back what they cannot have, while the CPU leaves user mode: no sender relies on
/// a bit that is taken back, and nothing that was refused has run.
#[test]
fn accepted_or_taken_back() {
    model_with_barriers(|| {
        let target = Target::new(USER, Written::default());
        let ask = |target: &Arc<Target<Written>>, sender: usize| {
            target.work.write(sender);
            target.request_only(0)
        };
        let other = {
            let target = target.clone();
            thread::spawn(move || ask(&target, 1))
        };
        let cpu = {
            let target = target.clone();
            thread::spawn(move || target.enter_kernel())
        };
        let accepted = [ask(&target, 0), other.join().unwrap()];
        cpu.join().unwrap();
        target.end();
        for (sender, accepted) in accepted.into_iter().enumerate() {
            if accepted {
                target.work.assert_seen(sender);
            }
        }
    });
}

/// What a flush relies on: a CPU that sees nothing pending or running sees what the run did.
#[test]
fn settled_means_ended() {
    model(|| {
        let target = Target::new(KERNEL, Owned(Plain::new(0)));
        target.request_now(0);
        if target.words.place(0).is_settled() {
            assert_eq!(target.work.0.read(), 1, "settled before the run");
        }
        target.end();
    });
}

/// The same of a run that has begun within another one, whose callback has slept, and which ends
/// meanwhile.
#[test]
fn settled_means_inner_runs_ended() {
    model(|| {
        let both = Arc::new((Words::new(), Plain::new(0)));
        let (words, work) = &*both;
        assert!(words.cpu.begin_run());
        assert_eq!(words.place(0).request_now(), Request::MustKick);
        let inner_run = {
            let both = both.clone();
            thread::spawn(move || {
                let (words, work) = &*both;
                let is_outermost = words.cpu.begin_run();
                assert_eq!((words.marks.take(), words.row.take()), (1, 1));
                work.write(1);
                words.cpu.end_run(is_outermost);
            })
        };
        words.cpu.end_run(true);
        if words.place(0).is_settled() {
            assert_eq!(work.read(), 1, "settled before the inner run");
        }
        inner_run.join().unwrap();
    });
}

/// The timer of a work of `Policy::Within`. Whether it is pending is looked at without its lock.
struct Timer {
    pending: Atomic<u32>,
    base: Mutex<()>,
}

impl Timer {
    fn armed() -> Self {
        let pending = Atomic::<u32>::new(1);
        // Makes the atomic.
        pending.load(ordering::Relaxed);
        Self {
            pending,
            base: Mutex::new(()),
        }
    }

    /// `rust_helper_deferred_arm()`: one that is pending is not set to a later time.
    fn arm(&self) {
        if self.pending.load(ordering::Relaxed) == 0 {
            let _base = self.base.lock().unwrap();
            self.pending.store(1, ordering::Relaxed);
        }
    }

    /// `expire_timers()`, up to the call of the function: whether it is called.
    fn expire(&self) -> bool {
        let _base = self.base.lock().unwrap();
        let pending = self.pending.load(ordering::Relaxed) == 1;
        self.pending.store(0, ordering::Relaxed);
        pending
    }
}

impl Work for Timer {
    fn callback(_target: &Target<Self>, _slot: usize) {}
}

impl Target<Timer> {
    /// The same, within a time.
    fn request_within(self: &Arc<Self>) {
        let place = self.words.place(0);
        if place.joins() {
            return;
        }
        let request = place.request(|| self.is_in_user());
        self.requested(0, request);
        if request == Request::Deferred {
            self.work.arm();
        }
    }

    /// `deferred_timeout()` and `rust_deferred_timeout()`.
    fn timeout(self: &Arc<Self>, is_late: bool) {
        if !self.work.expire() {
            return;
        }
        fence(Ordering::SeqCst);
        if self.words.marks.get() == 0 || self.words.row.peek() == 0 {
            return;
        }
        if !is_late {
            self.work.arm();
        } else if self.words.cpu.kick() {
            self.send();
        }
    }
}

/// The timer is pending for a request that has been met, and expires when there is a new one:
/// either it sees that one, or the sender sees that it has to be armed again. Meanwhile the CPU may
/// leave user mode.
#[test]
fn a_deadline_is_met() {
    model_with_barriers(|| {
        let target = Target::new(USER, Timer::armed());
        let timer = {
            let target = target.clone();
            thread::spawn(move || target.timeout(false))
        };
        let cpu = {
            let target = target.clone();
            thread::spawn(move || {
                target.enter_kernel();
                target.leave_kernel();
            })
        };
        target.request_within();
        timer.join().unwrap();
        cpu.join().unwrap();
        // Time passes, and the CPU stays in user mode.
        target.timeout(true);
        target.end();
    });
}

/// A caller that cannot revoke the work, because the CPU has taken it, and then sees that the CPU
/// does not run works, sees what the run did.
#[test]
fn not_revoked_nor_running_means_ended() {
    model(|| {
        let target = Target::new(KERNEL, Owned(Plain::new(0)));
        target.request_now(0);
        if target.revoke(0) {
            target.work.0.write(1);
        } else if !target.words.cpu.is_running() {
            assert_eq!(target.work.0.read(), 1, "ended before the run");
        }
        target.end();
    });
}

/// A caller that sees that no IPI is on its way finds the csd unlocked.
#[test]
fn not_kicked_means_unlocked() {
    model(|| {
        let target = Target::new(KERNEL, Nothing);
        target.request_now(0);
        if !target.words.cpu.is_kicked() {
            assert_eq!(target.csd.read(), 0, "locked");
        }
        target.end();
    });
}

/// What each word says.
#[test]
fn each_state() {
    model(|| {
        let Words { marks, cpu, row } = &Words::new();
        assert_eq!(
            (marks.get(), row.pending(), row.peek(), cpu.run()),
            (0, 0, 0, 0)
        );
        assert!(!cpu.is_running() && !cpu.is_kicked());
        let place = Place {
            marks,
            cpu,
            row,
            group: 4,
            bit: 2,
        };
        assert!(!place.is_pending() && place.is_settled() && !place.revoke());

        // In user mode, and there again.
        assert_eq!(place.request(|| true), Request::Deferred);
        assert_eq!(place.request(|| false), Request::Coalesced);
        assert_eq!((marks.get(), row.pending(), row.peek()), (4, 2, 2));
        assert!(place.is_pending() && !place.is_settled());
        assert!(cpu.has_ended(cpu.run()));
        assert!(cpu.begin_run() && cpu.is_running() && !cpu.has_ended(1));
        assert_eq!((marks.take(), row.take(), cpu.run()), (4, 2, 1));
        assert_eq!((marks.get(), row.pending()), (0, 0));
        assert!(!place.is_settled(), "settled while it runs");
        // Two that begin within it, the last of which ends after it.
        assert!(!cpu.begin_run() && !cpu.begin_run());
        cpu.end_run(false);
        cpu.end_run(true);
        assert!(
            cpu.is_running() && !place.is_settled(),
            "settled while an inner one runs"
        );
        assert!(cpu.run() == 2 && !cpu.has_ended(1) && !cpu.has_ended(2));
        cpu.end_run(false);
        assert!(!cpu.is_running() && place.is_settled() && cpu.has_ended(1));
        // A run that has begun since does not count.
        assert!(cpu.begin_run() && cpu.has_ended(1) && cpu.has_ended(2) && !cpu.has_ended(3));
        cpu.end_run(true);

        // In the kernel: the first one owns the IPI. The CPU may take the bit meanwhile.
        assert_eq!(place.request(|| false), Request::MustKick);
        assert!(cpu.is_kicked() && place.revoke() && !place.is_pending());
        assert_eq!(place.request(|| false), Request::Kicked);
        cpu.answer();
        assert!(!cpu.is_kicked() && place.revoke());
        assert_eq!(place.request(|| row.take() == 0), Request::Deferred);
        assert_eq!(place.request_now(), Request::MustKick);
        cpu.answer();
        assert!(place.revoke());

        // Not at the price of an IPI.
        assert_eq!(place.request_only(|| false), Request::Refused);
        assert!(!place.is_pending());
        assert_eq!(place.request_only(|| true), Request::Deferred);
        assert_eq!(place.request_only(|| true), Request::Coalesced);
        assert_eq!(
            place.request_only(|| panic!("the bit is set")),
            Request::Coalesced
        );
    });
}
