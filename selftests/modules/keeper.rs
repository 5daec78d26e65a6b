// SPDX-License-Identifier: GPL-2.0

//! Keeps tokens of `giver`, and uses them in its exit function, when that one is gone.

use core::any::type_name;
use crosscall::{
    calls::deferred::Outcome,
    context::TaskContext,
    csd::{
        self,
        Stall, //
    },
    irq_work, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        new_mutex,
        Arc,
        Mutex,
        SetOnce, //
    },
};

mod shelved;
mod support;
use shelved::*;
use support::*;

module! {
    type: Keeper,
    name: "keeper",
    authors: ["crosscall developers"],
    description: "Keeps tokens whose module is gone",
    license: "GPL v2",
}

fn is_shut_down<T, E: Into<Error>>(result: Result<T, E>) -> Result {
    match result.map_err(Into::<Error>::into) {
        Err(error) if error.to_errno() == -(kernel::bindings::ESHUTDOWN as i32) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(EIO),
    }
}

/// Nobody has made a token of these before: they run this module's code.
fn run_them([call, work]: [Pin<KBox<Fresh>>; 2], task: &TaskContext) -> Result {
    let (idle, answer) = csd::Idle::from(call).call_on(CpuId::current())?.wait(task);
    check!(answer == 1);
    drop(idle);
    drop(irq_work::exclusive::Idle::from(work).queue()?.wait(task));
    Ok(())
}

fn use_them(shelved: KBox<Shelved>, report: &mut Report) {
    let shelved = KBox::into_inner(shelved);
    let task = TaskContext::new();
    let here = CpuId::current();

    report.result("csd_is_refused", is_shut_down(shelved.idle.call_on(here)));
    drop(shelved.dropped);
    report.result("csd_is_dropped", Ok(()));
    let (idle, answer) = shelved.ran.wait(&task);
    let result = is_shut_down(idle.call_on(here));
    report.result("csd_that_ran", if answer == 42 { result } else { Err(EIO) });
    drop(shelved.given_up);
    report.result("csd_is_given_up", Ok(()));
    let again = shelved.work.clone();
    shelved.work.sync(&task);
    let here_too = is_shut_down(again.queue_on(here, &task));
    report.result(
        "irq_work_is_refused",
        is_shut_down(shelved.work.queue()).and(here_too),
    );
    drop((shelved.work, again));
    drop(shelved.exclusive);
    report.result("fresh_objects_run", run_them(shelved.fresh, &task));
    report.result(
        "static_objects_of_the_past",
        static_objects_of_the_past(shelved.fixed),
    );
    // Nobody knows how.
    drop(shelved.erased);
    report.result("closures_are_leaked", Ok(()));
    let deferred = shelved.deferred.queue_on(here);
    drop(shelved.deferred);
    let is_leaked = BOXES_DROPPED.load(Relaxed) == 0;
    report.result(
        "deferred_is_leaked",
        holds(deferred == Outcome::ShutDown && is_leaked),
    );
    report.result("many_is_refused", is_shut_down(shelved.many.call_all()));
    report.result("shared_is_refused", is_shut_down(shelved.bell.fire_here()));
}

/// What tokens are asked for while their module goes, and after that.
struct Watch {
    watched: Watched,
    /// How often they had their own name, none any more, or something else.
    own: Atomic<u32>,
    gone: Atomic<u32>,
    wrong: Atomic<u32>,
    stop: Atomic<bool>,
}

impl Watch {
    fn new(watched: Watched) -> Self {
        Self {
            watched,
            own: Atomic::new(0),
            gone: Atomic::new(0),
            wrong: Atomic::new(0),
            stop: Atomic::<bool>::new(false),
        }
    }

    fn has_own_name(place: usize, stall: &Stall) -> bool {
        let own = [type_name::<Job>(), type_name::<Exclusive>()][place];
        !stall.function().is_empty() && own.ends_with(stall.function())
    }

    fn look(&self) {
        let stalls = [self.watched.job.stall(), self.watched.work.stall()];
        for (place, stall) in stalls.iter().enumerate() {
            let seen = if Self::has_own_name(place, stall) {
                &self.own
            } else if stall.function() == "a callback of a module that is gone" {
                &self.gone
            } else {
                &self.wrong
            };
            seen.fetch_add(1, Relaxed);
        }
    }

    fn run(&self) {
        for looks in 1.. {
            if self.stop.load(Relaxed) {
                break;
            }
            self.look();
            if looks % 1000 == 0 {
                sleep_ms(1);
            }
        }
    }

    fn stall_beside_unload(&self) -> Result {
        let [own, gone, wrong] =
            [&self.own, &self.gone, &self.wrong].map(|seen| seen.load(Relaxed));
        pr_info!("ktap: # {own} own names, {gone} gone, {wrong} wrong\n");
        check!(own > 0 && gone > 0 && wrong == 0);
        Ok(())
    }

    fn stall_outlives_module(&self) -> Result {
        for (place, stall) in self.watched.stalls.iter().enumerate() {
            pr_info!("ktap: # {stall}\n");
            check!(Self::has_own_name(place, stall));
        }
        Ok(())
    }
}

/// A thread, whatever it runs.
trait Running: Send + Sync {}

impl<F: Fn(CpuId) + Send + Sync> Running for Pin<KBox<Thread<F>>> {}

/// Objects that were taken back while their module was there.
struct TakenBack {
    call: Pin<KBox<csd::Closure<Job, u32>>>,
    exclusive: Pin<KBox<Exclusive>>,
    work: Arc<WorkClosure>,
}

impl TakenBack {
    fn new((call, exclusive, work): (IdleJob, irq_work::exclusive::Idle<Exclusive>, Work)) -> Self {
        Self {
            call: call.into_inner(),
            exclusive: exclusive.into_inner(&TaskContext::new()),
            work: work.shared(),
        }
    }

    /// They get tokens once more.
    fn use_them(self) -> Result {
        let here = CpuId::current();
        is_shut_down(csd::Idle::from(self.call).call_on(here))?;
        is_shut_down(irq_work::exclusive::Idle::from(self.exclusive).queue())?;
        // Reaped, and so taken back, long ago.
        let work = Arc::into_unique_or_drop(self.work).ok_or(EBUSY)?;
        is_shut_down(irq_work::Handle::from(work).queue())
    }
}

/// Objects that are taken back and get tokens again all the time, while their module goes.
#[pin_data]
struct Again {
    #[pin]
    objects: Mutex<Option<Objects>>,
    /// How often they ran, were refused since their module was going, or for another reason.
    ran: Atomic<u32>,
    refused: Atomic<u32>,
    wrong: Atomic<u32>,
    stop: Atomic<bool>,
}

type Objects = (Pin<KBox<csd::Closure<Job, u32>>>, Pin<KBox<Exclusive>>);

impl Again {
    fn new(
        (call, exclusive): (IdleJob, irq_work::exclusive::Idle<Exclusive>),
    ) -> Result<Arc<Self>> {
        let objects = (call.into_inner(), exclusive.into_inner(&TaskContext::new()));
        Arc::pin_init(
            pin_init!(Self {
                objects <- new_mutex!(Some(objects)),
                ran: Atomic::new(0),
                refused: Atomic::new(0),
                wrong: Atomic::new(0),
                stop: Atomic::<bool>::new(false),
            }),
            GFP_KERNEL,
        )
    }

    fn note(&self, result: Result) {
        let seen = match result {
            Ok(()) => &self.ran,
            Err(_) if is_shut_down(result).is_ok() => &self.refused,
            Err(_) => &self.wrong,
        };
        seen.fetch_add(1, Relaxed);
    }

    fn again(&self, (call, exclusive): Objects, task: &TaskContext) -> Objects {
        let call = match csd::Idle::from(call).call_on(CpuId::current()) {
            Ok(in_flight) => {
                let (idle, answer) = in_flight.wait(task);
                self.note(if answer == 42 { Ok(()) } else { Err(EIO) });
                idle
            }
            Err(refused) => {
                self.note(Err(refused.error));
                refused.token
            }
        };
        let exclusive = match irq_work::exclusive::Idle::from(exclusive).queue() {
            Ok(in_flight) => {
                self.note(Ok(()));
                in_flight.wait(task)
            }
            Err(refused) => {
                self.note(Err(refused.error));
                refused.token
            }
        };
        (call.into_inner(), exclusive.into_inner(task))
    }

    /// Called once.
    fn run(&self) {
        let task = TaskContext::new();
        let Some(mut objects) = self.objects.lock().take() else {
            return;
        };
        while !self.stop.load(Relaxed) {
            objects = self.again(objects, &task);
            sleep_ms(1);
        }
        *self.objects.lock() = Some(objects);
    }

    fn tokens_beside_unload(&self) -> Result {
        let [ran, refused, wrong] =
            [&self.ran, &self.refused, &self.wrong].map(|seen| seen.load(Relaxed));
        pr_info!("ktap: # {ran} ran, {refused} refused, {wrong} wrong\n");
        check!(ran > 0 && refused > 0 && wrong == 0);
        // What is left of them goes.
        drop(self.objects.lock().take().ok_or(ENOENT)?);
        Ok(())
    }
}

/// A static object here whose callback is giver's is refused, and so is one more handle of it. The
/// same object with this module's callback runs.
fn static_objects(make: fn() -> Fixed) -> Result {
    static THEIRS: SetOnce<Fixed> = SetOnce::new();
    static OURS: SetOnce<Fixed> = SetOnce::new();

    THEIRS.populate(make());
    OURS.populate(Fixed::new());
    let theirs = THEIRS.as_ref().ok_or(ENOENT)?;
    is_shut_down(irq_work::Handle::from(theirs).queue())?;
    is_shut_down(irq_work::Handle::from(theirs).queue())?;
    let ours = irq_work::Handle::from(OURS.as_ref().ok_or(ENOENT)?);
    check!(ours.queue()?);
    ours.sync(&TaskContext::new());
    Ok(())
}

/// The same after giver is gone: a static object here, and one that is leaked. A leaked one of this
/// module's runs.
fn static_objects_of_the_past([fixed, leaked]: [Fixed; 2]) -> Result {
    static THEIRS: SetOnce<Fixed> = SetOnce::new();
    let leak = |fixed| -> Result<&'static Fixed> { Ok(KBox::leak(KBox::new(fixed, GFP_KERNEL)?)) };

    THEIRS.populate(fixed);
    for theirs in [THEIRS.as_ref().ok_or(ENOENT)?, leak(leaked)?] {
        is_shut_down(irq_work::Handle::from(theirs).queue())?;
        is_shut_down(irq_work::Handle::from(theirs).queue())?;
    }
    let ours = irq_work::Handle::from(leak(Fixed::new())?);
    check!(ours.queue()?);
    ours.sync(&TaskContext::new());
    Ok(())
}

/// Drops a closure of giver's, which takes long, while that one goes.
struct SlowDrop {
    closure: Atomic<*mut Slow>,
    begun: Atomic<bool>,
}

impl SlowDrop {
    fn new(closure: Pin<KBox<Slow>>) -> Self {
        // SAFETY: It is pinned again in `run()`.
        let closure = KBox::into_raw(unsafe { Pin::into_inner_unchecked(closure) });
        Self {
            closure: Atomic::new(closure),
            begun: Atomic::<bool>::new(false),
        }
    }

    /// Called once.
    fn run(&self) {
        self.begun.store(true, Relaxed);
        // SAFETY: The pointer is that of the box, which `new()` has given up, and is used once.
        drop(unsafe { Pin::new_unchecked(KBox::from_raw(self.closure.load(Relaxed))) });
    }
}

fn start_slow_drop(closure: Pin<KBox<Slow>>) -> Result<KBox<dyn Running>> {
    let drop = Arc::new(SlowDrop::new(closure), GFP_KERNEL)?;
    let dropping = drop.clone();
    let thread = Thread::start(CpuId::current(), move |_| dropping.run())?;
    while !drop.begun.load(Relaxed) {
        sleep_ms(1);
    }
    Ok(KBox::new(thread, GFP_KERNEL)?)
}

struct Kept {
    static_objects: Result,
    shelved: KBox<Shelved>,
    taken_back: TakenBack,
    watch: Arc<Watch>,
    watcher: KBox<dyn Running>,
    again: Arc<Again>,
    again_and_again: KBox<dyn Running>,
    /// Waited for with the others.
    _dropper: KBox<dyn Running>,
}

struct Keeper(Option<Kept>);

// SAFETY: A shared reference is not used.
unsafe impl Sync for Keeper {}

impl Drop for Keeper {
    fn drop(&mut self) {
        let Some(kept) = self.0.take() else {
            return;
        };
        let mut report = Report::new(16);
        report.result("static_object_of_two_modules", kept.static_objects);
        kept.watch.stop.store(true, Relaxed);
        drop(kept.watcher);
        report.result("stall_beside_unload", kept.watch.stall_beside_unload());
        report.result("stall_outlives_module", kept.watch.stall_outlives_module());
        kept.again.stop.store(true, Relaxed);
        drop(kept.again_and_again);
        report.result("tokens_beside_unload", kept.again.tokens_beside_unload());
        report.result("taken_back_is_refused", kept.taken_back.use_them());
        use_them(kept.shelved, &mut report);
    }
}

impl kernel::Module for Keeper {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut shelved = take().ok_or(ENOENT)?;
        let watch = Arc::new(
            Watch::new(shelved.watched.take().ok_or(ENOENT)?),
            GFP_KERNEL,
        )?;
        let taken_back = shelved.taken_back.take().ok_or(ENOENT)?;
        let dropper = start_slow_drop(shelved.slow.take().ok_or(ENOENT)?)?;
        let watching = watch.clone();
        let watcher = Thread::start(CpuId::current(), move |_| watching.run())?;
        let again = Again::new(shelved.again.take().ok_or(ENOENT)?)?;
        let tried = again.clone();
        let again_and_again = Thread::start(CpuId::current(), move |_| tried.run())?;
        Ok(Self(Some(Kept {
            static_objects: static_objects(shelved.make_fixed),
            shelved,
            taken_back: TakenBack::new(taken_back),
            watcher: KBox::new(watcher, GFP_KERNEL)?,
            again,
            again_and_again: KBox::new(again_and_again, GFP_KERNEL)?,
            _dropper: dropper,
            watch,
        })))
    }
}
