// SPDX-License-Identifier: GPL-2.0

//! What loom says of refused attempts, on the machine at hand: the very state words that the kernel
//! compiles, over the atomics of the host, and two threads. `model/run` compiles it.
//!
//! One thread has fired a call and runs it. The other one writes a word and fires too, at about the
//! same time. If it is refused, a run that has yet to look must see the word. Store buffers are
//! what breaks this, where nothing orders the write before the attempt.
//!
//! Says how often it was refused, and how often that was not seen. Fails if it ever was not.

extern crate self as kernel;

use std::{
    sync::atomic::{
        AtomicU32,
        AtomicU64,
        Ordering, //
    },
    thread,
    time::{
        Duration,
        Instant, //
    },
};

/// `kernel::sync::atomic`, as far as the state words use it.
pub mod sync {
    pub mod atomic {
        use std::{
            marker::PhantomData,
            sync::atomic::AtomicU64, //
        };

        pub mod ordering {
            use std::sync::atomic::Ordering as Host;

            /// For loads, stores, and operations that are both.
            pub trait Ordering {
                const ORDER: [Host; 3];
            }

            macro_rules! ordering {
                ($($name:ident($load:ident, $store:ident, $both:ident),)*) => {
                    $(
                        pub struct $name;

                        impl Ordering for $name {
                            const ORDER: [Host; 3] = [Host::$load, Host::$store, Host::$both];
                        }
                    )*
                };
            }

            ordering! {
                Relaxed(Relaxed, Relaxed, Relaxed),
                Acquire(Acquire, Relaxed, Acquire),
                Release(Relaxed, Release, Release),
                Full(SeqCst, SeqCst, SeqCst),
            }
        }
        use ordering::Ordering;

        /// What fits into a word.
        pub trait Value: Copy {
            fn to(self) -> u64;
            fn from(word: u64) -> Self;
        }

        macro_rules! value {
            ($type:ty, $word:ident => $from:expr) => {
                impl Value for $type {
                    fn to(self) -> u64 {
                        self as u64
                    }

                    fn from($word: u64) -> Self {
                        $from
                    }
                }
            };
        }

        value!(bool, word => word != 0);
        value!(u32, word => word as u32);
        value!(u64, word => word);

        pub struct Atomic<T>(AtomicU64, PhantomData<fn() -> T>);

        impl<T> Atomic<T> {
            // Zero is what they all begin with.
            pub const fn new(_zero: T) -> Self
            where
                T: Copy,
            {
                Self(AtomicU64::new(0), PhantomData)
            }
        }

        impl<T: Value> Atomic<T> {
            pub fn load<O: Ordering>(&self, _: O) -> T {
                T::from(self.0.load(O::ORDER[0]))
            }

            pub fn store<O: Ordering>(&self, value: T, _: O) {
                self.0.store(value.to(), O::ORDER[1]);
            }

            pub fn xchg<O: Ordering>(&self, value: T, _: O) -> T {
                T::from(self.0.swap(value.to(), O::ORDER[2]))
            }

            pub fn fetch_add<O: Ordering>(&self, value: T, _: O) -> T {
                T::from(self.0.fetch_add(value.to(), O::ORDER[2]))
            }

            pub fn fetch_sub<O: Ordering>(&self, value: T, _: O) -> T {
                T::from(self.0.fetch_sub(value.to(), O::ORDER[2]))
            }
        }
    }
}

/// A call, without what queues it.
trait Call: Sync {
    /// Returns whether a run is due on account of this attempt.
    fn attempt(&self) -> bool;

    /// A run, which looks. Returns whether another one is due.
    fn run(&self, look: impl FnOnce()) -> bool;
}

#[allow(dead_code, reason = "not all of it is used here")]
#[path = "../rust/kernel/irq_work/state.rs"]
mod irq_work;

#[allow(dead_code, reason = "not all of it is used here")]
#[path = "../rust/calls/shared/state.rs"]
mod shared;

/// Of an overlapping call.
impl Call for irq_work::State {
    fn attempt(&self) -> bool {
        self.claim()
    }

    fn run(&self, look: impl FnOnce()) -> bool {
        self.enter();
        look();
        self.exit();
        false
    }
}

/// Of a serial call.
impl Call for shared::State {
    fn attempt(&self) -> bool {
        shared::State::attempt(self)
    }

    fn run(&self, look: impl FnOnce()) -> bool {
        let attempts = self.enter();
        look();
        self.exit(attempts)
    }
}

/// On a cache line of its own.
#[repr(align(128))]
struct Line<T>(T);

static WRITTEN: Line<AtomicU32> = Line(AtomicU32::new(0));
/// The round that has begun, and the last one that the other thread has ended; both only rise.
static BEGUN: Line<AtomicU64> = Line(AtomicU64::new(0));
static ENDED: Line<AtomicU64> = Line(AtomicU64::new(0));
static REFUSED: Line<AtomicU32> = Line(AtomicU32::new(0));

const NO_MORE: u64 = u64::MAX;

fn wait_until(condition: impl Fn() -> bool) {
    for looks in 1u64.. {
        if condition() {
            return;
        }
        // There may be one CPU only.
        if looks % 10_000 == 0 {
            thread::yield_now();
        }
    }
}

/// Writes and fires, once in each round.
fn fire(call: &impl Call) {
    for round in 1.. {
        wait_until(|| BEGUN.0.load(Ordering::Acquire) >= round);
        if BEGUN.0.load(Ordering::Acquire) == NO_MORE {
            return;
        }
        WRITTEN.0.store(1, Ordering::Relaxed);
        let due = call.attempt();
        REFUSED.0.store(u32::from(!due), Ordering::Relaxed);
        ENDED.0.store(round, Ordering::Release);
    }
}

/// Returns how often the other thread was refused, and how often that was not seen.
fn run(call: &impl Call, until: Instant) -> (u64, u64) {
    let (mut refused, mut unseen) = (0, 0);
    for round in 1.. {
        if Instant::now() > until {
            BEGUN.0.store(NO_MORE, Ordering::Release);
            break;
        }
        let mut seen = false;
        let mut look = || seen |= WRITTEN.0.load(Ordering::Relaxed) == 1;

        WRITTEN.0.store(0, Ordering::Relaxed);
        assert!(call.attempt());
        BEGUN.0.store(round, Ordering::Release);
        // The other thread needs a while to find out.
        for _ in 0..round % 1021 {
            std::hint::black_box(round);
        }
        let mut due = call.run(&mut look);
        wait_until(|| ENDED.0.load(Ordering::Acquire) == round);
        let was_refused = REFUSED.0.load(Ordering::Relaxed) == 1;
        due |= !was_refused;
        while due {
            due = call.run(&mut look);
        }
        refused += u64::from(was_refused);
        unseen += u64::from(was_refused && !seen);
    }
    (refused, unseen)
}

/// Returns whether all was seen.
fn litmus(name: &str, call: impl Call) -> bool {
    BEGUN.0.store(0, Ordering::Relaxed);
    ENDED.0.store(0, Ordering::Relaxed);
    let until = Instant::now() + Duration::from_secs(1);
    let (refused, unseen) = thread::scope(|scope| {
        scope.spawn(|| fire(&call));
        run(&call, until)
    });
    println!("{name}: {refused} refused, {unseen} of them not seen");
    unseen == 0
}

fn main() {
    let overlapping = litmus("overlapping", irq_work::State::new());
    let serial = litmus("serial", shared::State::new());
    std::process::exit(i32::from(!(overlapping && serial)));
}
