// SPDX-License-Identifier: GPL-2.0

//! Forms of a call that need the loadable crate: by mask, and to the nearest CPU.

use kernel::{
    cpu::CpuId,
    cpumask::Cpumask,
    ffi::c_void,
    prelude::*, //
};

use super::{
    targets::Targets,
    Callback,
    Idle,
    InFlight,
    Refused, //
};
use crate::{
    calls::helpers,
    context::{
        irqs_disabled,
        run_balanced,
        Callee,
        TaskContext, //
    }, //
};

impl<C: Callback> Idle<C> {
    /// Calls the nearest CPU of `cpus` that is online: the caller's own, one of its node, or else
    /// one of another node. C function: `smp_call_function_any()`.
    pub fn call_any(self, cpus: &Cpumask) -> Result<InFlight<C>, Refused<Self>> {
        // With preemption off this task does not migrate before the call is queued, and the other
        // CPU does not go offline.
        let gate = self.raw().enter_gate();
        let nearest = gate.as_ref().map_err(|&error| error).and_then(|_| {
            // SAFETY: The mask is valid, and preemption is off.
            let cpu = unsafe { helpers::rust_helper_many_nearest(cpus.as_raw()) };
            CpuId::from_u32(cpu).ok_or(ENXIO)
        });
        match nearest {
            Ok(nearest) => self.call_where(Targets::of(cpus).that(&mut |cpu| cpu == nearest)),
            Err(error) => Err(Refused { token: self, error }),
        }
    }
}

/// # Errors
///
/// As the forms above.
///
/// # Context
///
/// Process context, interrupts and preemption on. Elsewhere the call is queued by a csd for each
/// CPU, as by the forms above. Does not sleep, but spins, with preemption off, until all CPUs have
/// taken the last mask call of this CPU, which may be one of other code.
impl<C: Callback> Idle<C> {
    /// Like [`Self::call`], with one IPI to all CPUs that need one. C function:
    /// `smp_call_function_many(.., wait=false)`.
    ///
    /// CPUs that poll in their idle loop get no IPI, as from [`Self::call`]: unlike that, C
    /// interrupts them.
    pub fn call_by_mask(
        self,
        cpus: &Cpumask,
        task: &TaskContext,
    ) -> Result<InFlight<C>, Refused<Self>> {
        self.call_where_by_mask(Targets::of(cpus), task)
    }

    /// Like [`Self::call_all`], with one IPI as [`Self::call_by_mask`].
    pub fn call_all_by_mask(self, task: &TaskContext) -> Result<InFlight<C>, Refused<Self>> {
        self.call_where_by_mask(Targets::online(), task)
    }

    /// Like [`Self::call_all_but_self`], with one IPI as [`Self::call_by_mask`].
    pub fn call_all_but_self_by_mask(
        self,
        task: &TaskContext,
    ) -> Result<InFlight<C>, Refused<Self>> {
        self.call_where_by_mask(Targets::online_but_self(), task)
    }

    /// Queues the call on each of the `targets`, by one mask call if that is less work.
    pub(super) fn call_where_by_mask(
        self,
        targets: Targets<'_>,
        task: &TaskContext,
    ) -> Result<InFlight<C>, Refused<Self>> {
        // SAFETY: `queue_by_mask()` requires what `call_by()` promises.
        unsafe { self.call_by(|raw| raw.queue_by_mask(targets, task)) }
    }
}

/// Whether `condition` holds for a CPU, which is code of the module that `callback` is of.
pub(super) fn balanced(
    mut condition: impl FnMut(CpuId) -> bool + Send,
    callback: *const c_void,
) -> impl FnMut(CpuId) -> bool {
    let name = core::any::type_name_of_val(&condition);
    // The loop goes on after the condition, with preemption off, and relies on that: what the
    // condition leaks must be undone.
    let irqs_off = irqs_disabled();
    // SAFETY: What the condition captures is `Send`, and it returns a `bool`: none of it relies on
    // a guard.
    move |cpu| unsafe { run_balanced(irqs_off, || Callee { name, callback }, || condition(cpu)) }
}
