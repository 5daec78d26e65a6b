// SPDX-License-Identifier: GPL-2.0

//! What the callback of a shared call gets.

use core::{
    marker::PhantomData,
    ops::Deref,
    ptr::NonNull, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    call::{
        fire_serial,
        fire_serial_here, //
    },
    mode::{
        Mode,
        Serial, //
    },
    state::State,
    Fired, //
};
use crate::{
    context::{
        self,
        IrqsOff,
        MaySendIpi,
        Stays, //
    },
    irq_work::{
        self,
        Hard, //
    },
    owner::Address,
};

/// What the callback of a shared call may do. Derefs to [`IrqsOff`].
///
/// The callback gets a reference that ends with it.
///
/// # Invariants
///
/// `run` is the context of the run and `state` the state of its call; both outlive this.
pub struct Context<M: Mode> {
    run: Address<irq_work::Context<Hard>>,
    state: Address<State>,
    attempts: u64,
    _mode: PhantomData<M>,
    _stays: Stays<Self>,
}

impl<M: Mode> Context<M> {
    /// # Safety
    ///
    /// The caller must ensure that both references outlive this.
    pub(super) unsafe fn new(run: &irq_work::Context<Hard>, state: &State, attempts: u64) -> Self {
        // INVARIANT: The caller promises that both references outlive this.
        Self {
            run: Address::new(NonNull::from(run)),
            state: Address::new(NonNull::from(state)),
            attempts,
            _mode: PhantomData,
            _stays: Stays::here(),
        }
    }

    fn run(&self) -> &irq_work::Context<Hard> {
        // SAFETY: By the type's invariant the pointer is from a reference that outlives `self`.
        unsafe { &*self.run.as_ptr() }
    }

    fn state(&self) -> &State {
        // SAFETY: By the type's invariant the pointer is from a reference that outlives `self`.
        unsafe { &*self.state.as_ptr() }
    }

    /// Fires the call from its own callback, on `cpu`; see [`Call::fire`](super::Call::fire).
    ///
    /// A serial call is busy while it runs: it runs once more after this, here. A call that always
    /// fires itself here, or on a CPU which is this one, leaves this CPU no time for anything else.
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: `cpu` is offline, or not possible.
    /// - [`ESHUTDOWN`]: the last handle was dropped, or the module of the callback is being
    ///   unloaded. What was fired by others runs nevertheless.
    pub fn fire(&self, cpu: CpuId) -> Result<Fired> {
        let queued = if M::SERIAL {
            fire_serial(self.run().layered()?, self.state(), cpu).into_result()
        } else {
            self.run().requeue_on(cpu)
        };
        queued.map(Fired::from)
    }

    /// Like [`Self::fire`], on this CPU, where the next run never starts before this one has ended.
    ///
    /// A callback that always does this leaves its CPU no time for anything else: each run is an
    /// interrupt of its own, but the next one is pending when this one ends.
    pub fn fire_here(&self) -> Result<Fired> {
        let queued = if M::SERIAL {
            fire_serial_here(self.run().layered()?, self.state()).into_result()
        } else {
            self.run().requeue()
        };
        queued.map(Fired::from)
    }
}

impl Context<Serial> {
    /// How many attempts this run stands for, at least one: those that were made since the last run
    /// has started. Over all runs, these add up to the attempts that were not refused.
    pub fn attempts(&self) -> u64 {
        self.attempts
    }
}

impl<M: Mode> Deref for Context<M> {
    type Target = IrqsOff;

    fn deref(&self) -> &IrqsOff {
        self.run()
    }
}

// A callback never runs in NMI.
impl<M: Mode> context::private::Sealed for Context<M> {}
impl<M: Mode> MaySendIpi for Context<M> {}
