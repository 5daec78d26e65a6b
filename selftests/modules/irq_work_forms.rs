// SPDX-License-Identifier: GPL-2.0

//! Each form of an irq_work, in each mode, queued in each context, here and elsewhere.
//!
//! Needs two CPUs.

use core::{
    marker::PhantomData,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        MaySendIpi,
        NotInNmi,
        TaskContext,
        ThreadedOnRt, //
    },
    impl_has_irq_work,
    irq_work::{
        self,
        exclusive::{
            Exclusive,
            Idle,
            InFlight,
            Refused, //
        },
        pointer::SharedPointer,
        Handle,
        Hard,
        HasIrqWork,
        IrqWork,
        IrqWorkCallback,
        Lazy,
        Mode,
        Normal,
        Scoped, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

mod in_context;
mod support;
use in_context::*;
use support::*;

module! {
    type: Forms,
    name: "irq_work_forms",
    authors: ["crosscall developers"],
    description: "Test of each form of an irq_work",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
    },
}

type Cx<M> = irq_work::Context<M>;

/// What each test gets.
struct Env {
    task: TaskContext,
    cpus: [CpuId; 2],
}

/// What a callback's token can tell.
trait Token {
    fn cpu(&self) -> CpuId;
    fn says_irqs_off(&self) -> bool;
}

impl Token for IrqsOff {
    fn cpu(&self) -> CpuId {
        IrqsOff::cpu(self)
    }

    fn says_irqs_off(&self) -> bool {
        true
    }
}

impl Token for ThreadedOnRt {
    fn cpu(&self) -> CpuId {
        ThreadedOnRt::cpu(self)
    }

    fn says_irqs_off(&self) -> bool {
        self.irqs_off().is_some()
    }
}

/// What a callback leaves behind.
struct Record {
    runs: Atomic<u32>,
    cpu: Atomic<u32>,
    context: Atomic<u32>,
    irqs_off: Atomic<bool>,
    as_promised: Atomic<bool>,
}

impl Record {
    const fn new() -> Self {
        Self {
            runs: Atomic::new(0),
            cpu: Atomic::new(0),
            context: Atomic::new(0),
            irqs_off: Atomic::<bool>::new(false),
            as_promised: Atomic::<bool>::new(true),
        }
    }

    fn note(&self, token: &impl Token) {
        self.cpu.store(token.cpu().as_u32(), Relaxed);
        self.context.store(Context::current() as u32, Relaxed);
        self.irqs_off.store(irqs_disabled(), Relaxed);
        if token.says_irqs_off() != irqs_disabled() || token.cpu() != CpuId::current() {
            self.as_promised.store(false, Relaxed);
        }
        self.runs.fetch_add(1, Relaxed);
    }
}

/// A form of a work.
trait Form: Send {
    /// Whether a token serialises the queueing, so that nobody can try while it is pending.
    const LINEAR: bool = false;

    fn queue(&mut self) -> Result<bool>;

    fn queue_on(&mut self, cpu: CpuId, context: &impl MaySendIpi) -> Result<bool>;

    /// Returns after the run.
    fn wait(&mut self, task: &TaskContext);
}

impl<P: SharedPointer> Form for Handle<P> {
    fn queue(&mut self) -> Result<bool> {
        Handle::queue(self)
    }

    fn queue_on(&mut self, cpu: CpuId, context: &impl MaySendIpi) -> Result<bool> {
        Handle::queue_on(self, cpu, context)
    }

    fn wait(&mut self, task: &TaskContext) {
        self.sync(task);
    }
}

impl<M: Mode, F: Fn(&Cx<M>) + Sync> Form for &Scoped<M, F> {
    fn queue(&mut self) -> Result<bool> {
        Scoped::queue(self)
    }

    fn queue_on(&mut self, cpu: CpuId, context: &impl MaySendIpi) -> Result<bool> {
        Scoped::queue_on(self, cpu, context)
    }

    fn wait(&mut self, task: &TaskContext) {
        self.sync(task);
    }
}

/// The exclusive form, whose one token is either of two.
struct Linear<T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static> {
    idle: Option<Idle<T>>,
    in_flight: Option<InFlight<T>>,
}

impl<T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static> Linear<T> {
    fn keep(&mut self, queued: Result<InFlight<T>, Refused<Idle<T>>>) -> Result<bool> {
        match queued {
            Ok(in_flight) => {
                self.in_flight = Some(in_flight);
                Ok(true)
            }
            Err(refused) => {
                self.idle = Some(refused.token);
                Err(refused.error)
            }
        }
    }
}

impl<T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static> Form for Linear<T> {
    const LINEAR: bool = true;

    fn queue(&mut self) -> Result<bool> {
        let queued = self.idle.take().ok_or(EIO)?.queue();
        self.keep(queued)
    }

    fn queue_on(&mut self, cpu: CpuId, context: &impl MaySendIpi) -> Result<bool> {
        let queued = self.idle.take().ok_or(EIO)?.queue_on(cpu, context);
        self.keep(queued)
    }

    fn wait(&mut self, task: &TaskContext) {
        self.idle = self.in_flight.take().map(|in_flight| in_flight.wait(task));
    }
}

/// A work that is queued in all ways.
struct Trial<'a, W: Form> {
    env: &'a Env,
    record: &'a Record,
    work: W,
    threaded: bool,
}

impl<W: Form> Trial<'_, W> {
    /// Whether the work has run `runs` times, the last time on `cpu` and as promised.
    fn ran_on(&mut self, cpu: CpuId, runs: u32) -> Result {
        self.work.wait(&self.env.task);
        check!(self.record.runs.load(Relaxed) == runs);
        check!(self.record.cpu.load(Relaxed) == cpu.as_u32());
        check!(self.record.irqs_off.load(Relaxed) != self.threaded);
        check!(self.record.context.load(Relaxed) != Context::Nmi as u32);
        check!(self.record.as_promised.load(Relaxed));
        Ok(())
    }

    fn queued_in(&mut self, context: Context, cpu: CpuId) -> Result {
        let before = self.record.runs.load(Relaxed);
        let (mut queued, mut again) = (Err(EIO), None);
        run_in(context, cpu, || {
            queued = self.work.queue();
            // Interrupts are off, so that it is still pending.
            if !W::LINEAR && matches!(context, Context::Hardirq | Context::Nmi) {
                again = Some(self.work.queue());
            }
        })?;
        check!(queued == Ok(true));
        check!(again.is_none_or(|again| again == Ok(false)));
        self.ran_on(cpu, before + 1)?;
        // Queued here it is C's irq_work that runs, in an interrupt or in its thread.
        let runs_in = [Context::Hardirq, Context::Task][usize::from(self.threaded)];
        check!(self.record.context.load(Relaxed) == runs_in as u32);
        Ok(())
    }

    fn sent_in(&mut self, context: Context, from: CpuId, to: CpuId) -> Result {
        let before = self.record.runs.load(Relaxed);
        let mut sent = Err(EIO);
        run_in(context, from, || {
            sent = match NotInNmi::new() {
                Ok(token) => self.work.queue_on(to, &token),
                Err(_) => {
                    // SAFETY: They are in an NMI, though no handler would be given this token.
                    let token = unsafe { IrqsOff::assume_off() };
                    self.work.queue_on(to, &token)
                }
            };
        })?;
        if context == Context::Nmi {
            check!(sent == Err(EPERM));
            check!(self.record.runs.load(Relaxed) == before);
            return Ok(());
        }
        check!(sent == Ok(true));
        self.ran_on(to, before + 1)
    }
}

/// Queues a work in each context on each CPU, and for the other one, and looks at how it ran.
fn in_each_context<M: Mode>(env: &Env, record: &Record, work: impl Form) -> Result {
    let hard = core::any::type_name::<M>() == core::any::type_name::<Hard>();
    let [here, other] = env.cpus;
    let mut trial = Trial {
        env,
        record,
        work,
        threaded: cfg!(CONFIG_PREEMPT_RT) && !hard,
    };

    for context in Context::ALL {
        for (from, to) in [(here, other), (other, here)] {
            let queued = trial.queued_in(context, from);
            let sent = queued.and_then(|()| trial.sent_in(context, from, to));
            if sent.is_err() {
                pr_info!("ktap: # in {} on {}\n", context.name(), from.as_u32());
            }
            sent?;
        }
    }
    Ok(())
}

/// Defines an object whose callback notes how it runs, for any mode.
macro_rules! object {
    ($name:ident, $pointer:ty, $target:ty, $context:ty, $token:expr) => {
        #[pin_data]
        struct $name<M: Mode<Token: Token>> {
            #[pin]
            work: IrqWork<Self>,
            record: &'static Record,
            _mode: PhantomData<fn(&M)>,
        }

        impl_has_irq_work! {
            impl{M: Mode<Token: Token>} HasIrqWork for $name<M> { self.work }
        }

        impl<M: Mode<Token: Token>> IrqWorkCallback for $name<M> {
            type Mode = M;
            type Pointer = $pointer;

            fn run(this: $target, cx: &$context) {
                let token: fn(&$context) -> &M::Token = $token;
                this.record.note(token(cx));
            }
        }
    };
}

object!(Shared, Arc<Self>, ArcBorrow<'_, Self>, Cx<M>, |cx| cx);
object!(Boxed, Pin<KBox<Self>>, Pin<&Self>, Cx<M>, |cx| cx);
object!(Fixed, &'static Self, &'static Self, Cx<M>, |cx| cx);
object!(Sole, Exclusive<Self>, Pin<&mut Self>, M::Token, |cx| cx);

/// Makes an object in place.
macro_rules! init {
    ($name:ident, $record:expr) => {
        pin_init!($name::<M> {
            work <- IrqWork::new(),
            record: $record,
            _mode: PhantomData,
        })
    };
}

fn arc<M: Mode<Token: Token>>(env: &Env) -> Result {
    static RECORD: Record = Record::new();
    let work = Handle::from(UniqueArc::pin_init(init!(Shared, &RECORD), GFP_KERNEL)?);
    in_each_context::<M>(env, &RECORD, work)
}

fn boxed<M: Mode<Token: Token>>(env: &Env) -> Result {
    static RECORD: Record = Record::new();
    let work = Handle::from(KBox::pin_init(init!(Boxed, &RECORD), GFP_KERNEL)?);
    in_each_context::<M>(env, &RECORD, work)
}

fn closure<M: Mode<Token: Token>>(env: &Env) -> Result {
    let record = Arc::new(Record::new(), GFP_KERNEL)?;
    let its = record.clone();
    let work = irq_work::new::<M, _>(move |cx| its.note(&**cx), GFP_KERNEL)?;
    in_each_context::<M>(env, &record, work)
}

fn scoped<M: Mode<Token: Token>>(env: &Env) -> Result {
    let record = Record::new();
    let note = |cx: &Cx<M>| record.note(&**cx);
    irq_work::scope(&env.task, note, |work| {
        in_each_context::<M>(env, &record, work)
    })
}

fn exclusive<M: Mode<Token: Token>>(env: &Env) -> Result {
    static RECORD: Record = Record::new();
    let work = Linear {
        idle: Some(KBox::pin_init(init!(Sole, &RECORD), GFP_KERNEL)?.into()),
        in_flight: None,
    };
    in_each_context::<M>(env, &RECORD, work)
}

fn exclusive_closure<M: Mode<Token: Token>>(env: &Env) -> Result {
    let record = Arc::new(Record::new(), GFP_KERNEL)?;
    let its = record.clone();
    let idle = irq_work::exclusive::new::<M, _>(move |cx| its.note(cx), GFP_KERNEL)?;
    let work = Linear {
        idle: Some(idle),
        in_flight: None,
    };
    in_each_context::<M>(env, &record, work)
}

/// A static object for one mode, and all forms in that mode.
macro_rules! forms_in_mode {
    ($module:ident, $mode:ty) => {
        mod $module {
            use super::*;

            type M = $mode;

            static RECORD: Record = Record::new();
            static OBJECT: Fixed<M> = Fixed {
                work: IrqWork::new_static(),
                record: &RECORD,
                _mode: PhantomData,
            };

            fn fixed(env: &Env) -> Result {
                in_each_context::<M>(env, &RECORD, Handle::from(&OBJECT))
            }

            pub(super) const FORMS: &[(&str, fn(&Env) -> Result)] = &[
                (concat!(stringify!($module), "_arc"), arc::<M>),
                (concat!(stringify!($module), "_box"), boxed::<M>),
                (concat!(stringify!($module), "_static"), fixed),
                (concat!(stringify!($module), "_closure"), closure::<M>),
                (concat!(stringify!($module), "_scoped"), scoped::<M>),
                (concat!(stringify!($module), "_exclusive"), exclusive::<M>),
                (
                    concat!(stringify!($module), "_exclusive_closure"),
                    exclusive_closure::<M>,
                ),
            ];
        }
    };
}

forms_in_mode!(normal, Normal);
forms_in_mode!(lazy, Lazy);
forms_in_mode!(hard, Hard);

struct Forms;

impl kernel::Module for Forms {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cpus = Cpus::new([("other", param(module_parameters::other.value()))])?;
        let env = Env {
            task: TaskContext::new(),
            cpus: [cpus.here, cpus.others[0]],
        };

        let all = [normal::FORMS, lazy::FORMS, hard::FORMS];
        let mut report = Report::new(all.iter().map(|forms| forms.len()).sum());
        for (name, test) in all.into_iter().flatten() {
            report.result(name, test(&env));
        }
        Ok(Self)
    }
}
