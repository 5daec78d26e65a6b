// SPDX-License-Identifier: GPL-2.0

//! The forms of a call: which CPUs it is for.

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
    },
    host::Registered, //
};

/// # Errors
///
/// The token, and with it the callback, is in the error; `?` drops it.
///
/// - [`EPERM`]: this is an NMI.
/// - [`ESHUTDOWN`]: the module of the callback is being unloaded and its exit function is over.
/// - [`ENXIO`], of [`Self::call_any`] alone: none of the CPUs is online.
///
/// # Context
///
/// Any but NMI, where it is refused. Preemption is off meanwhile, and the work
/// grows with the number of possible CPUs.
impl<C: Callback> Idle<C> {
    /// Calls each CPU of `cpus`, the caller's own if it is one of them.
    ///
    /// CPUs that are offline are reported as such. CPUs that are not possible are ignored.
    pub fn call(self, cpus: &Cpumask) -> Result<InFlight<C>, Refused<Self>> {
        self.call_where(Targets::of(cpus))
    }

    /// Calls each CPU that is online, the caller's own too. C function: `on_each_cpu()`.
    pub fn call_all(self) -> Result<InFlight<C>, Refused<Self>> {
        self.call_where(Targets::online())
    }

    /// Calls each CPU that is online, but not the caller's own. C function: `smp_call_function()`.
    pub fn call_all_but_self(self) -> Result<InFlight<C>, Refused<Self>> {
        self.call_where(Targets::online_but_self())
    }

    /// Calls each CPU that is online and that `condition` holds for. C function:
    /// `on_each_cpu_cond()`.
    ///
    /// `condition` is called once for each CPU, in the caller's context, with preemption off. What
    /// a guard that it leaks has changed is reported and undone. It is `Send`, and so captures no
    /// [`TaskContext`](crate::context::TaskContext): it must not wait.
    pub fn call_if(
        self,
        condition: impl FnMut(CpuId) -> bool + Send,
    ) -> Result<InFlight<C>, Refused<Self>> {
        let mut condition = balanced(condition, self.raw().callback());
        self.call_where(Targets::online().that(&mut condition))
    }

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
