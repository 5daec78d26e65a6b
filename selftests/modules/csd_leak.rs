// SPDX-License-Identifier: GPL-2.0

//! Leaks tokens at every point at which that is possible, in safe code. Then comes `rmmod`.
//!
//! | `at=` | what is leaked                                                  |
//! |-------|-----------------------------------------------------------------|
//! | 0     | the right to queue                                              |
//! | 1     | two calls, one running and one queued, in the exit function     |
//! | 2     | calls that have run                                             |
//! | 3     | as 1, but the tokens are dropped                                |
//! | 4     | a call in a scope                                               |
//! | 5     | as 1, in an init function that fails                            |
//! | 6     | calls that queue each other for ever                            |
//! | 7     | a shared object, whose call was dropped                         |
//! | 8     | nothing: a call that owns another call is dropped at exit, and  |
//! |       | what they own takes long to drop                                |
//! | 9     | nothing: a call that owns such a thing is dropped by init       |

use core::{
    mem::forget,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Csd,
        CsdCallback,
        Idle,
        InFlight, //
    },
    impl_has_csd,
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

mod support;
use support::*;

module! {
    type: Leak,
    name: "csd_leak",
    authors: ["crosscall developers"],
    description: "Leaks tokens of csd calls",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Where tokens are leaked: 0 to 9, see the table in the source",
        },
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        third: i32 {
            default: -1,
            description: "Another such CPU; -1: any",
        },
        ms: u32 {
            default: 500,
            description: "How long a running callback runs, in milliseconds (1 to 10000)",
        },
    },
}

fn ms() -> u32 {
    param(module_parameters::ms.value())
}

/// Two calls to one CPU: when this returns the first callback is running and the second one
/// queued.
fn busy(other: CpuId) -> Result<[InFlight<impl csd::CsdPointer>; 2]> {
    let ms = ms();
    let call = || {
        csd::new(
            move |_: &IrqsOff| {
                spin_ms(ms);
                pr_info!("a callback has run\n");
            },
            GFP_KERNEL,
        )
    };
    let (first, second) = (call()?, call()?);
    // One right after the other: with that CPU's interrupts off, another task here may get to wait
    // for it, and keep us waiting.
    let calls = [first.call_on(other)?, second.call_on(other)?];
    started("the first call", || calls[0].stall().started)?;
    Ok(calls)
}

/// What takes long to drop.
struct Slow;

impl Drop for Slow {
    fn drop(&mut self) {
        sleep_ms(ms());
        pr_info!("the payload is dropped\n");
    }
}

/// A call with such a payload, which may own something else too.
fn slow<T>(other: CpuId, owned: T) -> Result<InFlight<impl csd::CsdPointer>>
where
    T: Send + 'static,
{
    let payload = (Slow, owned);
    let idle = csd::new(
        move |_: &IrqsOff| {
            let _ = &payload;
        },
        GFP_KERNEL,
    )?;
    Ok(idle.call_on(other)?)
}

/// `other=` and `third=`, and this CPU, which is another one.
fn cpus() -> Result<Cpus<2>> {
    Cpus::new([
        ("other", param(module_parameters::other.value())),
        ("third", param(module_parameters::third.value())),
    ])
}

/// Calls `f` with `other=`, on a CPU that is another one.
fn with_other<R>(f: impl FnOnce(CpuId) -> Result<R>) -> Result<R> {
    f(cpus()?.others[0])
}

type IdlePlayer = Idle<Pin<KBox<Player>>>;
type InFlightPlayer = InFlight<Pin<KBox<Player>>>;

type Chair = KBox<Option<InFlightPlayer>>;

/// Where two players find each other.
type Table = [Seat<Option<InFlightPlayer>>; 2];

/// One of two calls, each of which queues the other.
#[pin_data]
struct Player {
    #[pin]
    csd: Csd<Self>,
    table: Arc<Table>,
    number: usize,
    other_cpu: CpuId,
    /// Whether the next run is a move, or just the one that fills the seat.
    seated: bool,
}

impl_has_csd! {
    impl HasCsd for Player { self.csd }
}

impl CsdCallback for Player {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) {
        let this = this.project();
        if !core::mem::replace(this.seated, true) {
            return;
        }
        let other = 1 - *this.number;
        // The other one, or `play()`, queued us and is about to fill the seat.
        let Some(mut chair) = this.table[other].take() else {
            return;
        };
        let Some(mut in_flight) = chair.take() else {
            return;
        };
        // And is about to return, on its CPU.
        let idle = loop {
            in_flight = match in_flight.try_wait() {
                Ok((idle, ())) => break idle,
                Err(in_flight) => in_flight,
            };
        };
        match idle.call_on(*this.other_cpu) {
            Ok(in_flight) => {
                *chair = Some(in_flight);
                this.table[other].put(chair);
            }
            // The module is going.
            Err(refused) => forget((refused, chair)),
        }
    }
}

/// A shared object.
#[pin_data]
struct Spectator {
    #[pin]
    csd: Csd<Self>,
    table: Arc<Table>,
}

impl_has_csd! {
    impl HasCsd for Spectator { self.csd }
}

impl CsdCallback for Spectator {
    type Pointer = Arc<Self>;
    type Output = usize;

    fn run(this: ArcBorrow<'_, Self>, _cx: &IrqsOff) -> usize {
        this.table.len()
    }
}

/// Starts a chain of calls that no token outside the callbacks can stop.
fn play() -> Result {
    let cpus = cpus()?;
    let ([other, third], here) = (cpus.others, cpus.here);
    let table = Arc::new([Seat::new(), Seat::new()], GFP_KERNEL)?;
    let player = |number, other_cpu, seated| -> Result<IdlePlayer> {
        let table = table.clone();
        Ok(KBox::pin_init(
            pin_init!(Player { csd <- Csd::new(), table, number, other_cpu, seated }),
            GFP_KERNEL,
        )?
        .into())
    };

    // Player 0 plays on `other`, player 1 on `third`, and each queues the next move of the other
    // one. The first run of player 1 is none: it is here, and fills the seat.
    let (first, second) = (player(0, third, true)?, player(1, other, false)?);
    table[1].put(KBox::new(Some(second.call_on(here)?), GFP_KERNEL)?);
    let mut chair: Chair = KBox::new(None, GFP_KERNEL)?;
    *chair = Some(first.call_on(other)?);
    table[0].put(chair);
    Ok(())
}

struct Leak;

impl Drop for Leak {
    fn drop(&mut self) {
        // In the exit function, the last chance. `insmod` and any other program that starts would
        // wait for a CPU that is busy, hence not earlier.
        match param(module_parameters::at.value()) {
            1 => forget(with_other(busy)),
            3 => drop(with_other(busy)),
            8 => {
                if let Err(error) = with_other(|other| slow(other, slow(other, ())?)).map(drop) {
                    pr_info!("refused: {error:?}\n");
                }
            }
            _ => return,
        }
        pr_info!("leaked\n");
    }
}

impl kernel::Module for Leak {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        number_param("ms", ms(), 1, 10_000)?;
        cpus()?;

        match param(module_parameters::at.value()) {
            0 => forget(csd::new(|_: &IrqsOff| (), GFP_KERNEL)?),
            1 | 3 | 8 => (),
            2 => {
                let in_flight = with_other(busy)?;
                sleep_ms(3 * ms());
                forget(in_flight);
            }
            4 => {
                let mut slot = csd::Slot::new(|_: &IrqsOff| spin_ms(10));
                with_other(|other| {
                    csd::scope(&TaskContext::new(), |scope| -> Result {
                        // The token has no destructor: this leaks it.
                        let _ = scope.call_on(&mut slot, other)?;
                        Ok(())
                    })
                })?;
            }
            5 => {
                forget(with_other(busy)?);
                pr_info!("init fails\n");
                return Err(EBUSY);
            }
            6 => play()?,
            7 => {
                let table = Arc::new([Seat::new(), Seat::new()], GFP_KERNEL)?;
                let spectator = UniqueArc::pin_init(
                    pin_init!(Spectator { csd <- Csd::new(), table }),
                    GFP_KERNEL,
                )?;
                let idle = Idle::from(spectator);
                forget(idle.shared());
                drop(with_other(|other| Ok(idle.call_on(other)?))?);
            }
            9 => drop(with_other(|other| slow(other, ()))?),
            at => {
                pr_err!("at={at}: must be 0 to 9\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
