// SPDX-License-Identifier: GPL-2.0

//! The forms of a call: which CPUs it is for.

use kernel::{
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*, //
};

#[cfg(not(crosscall_upstream))]
use super::call_module::balanced;
use super::{
    targets::Targets,
    Callback,
    Idle,
    InFlight,
    Refused, //
};
#[cfg(not(crosscall_upstream))]
use crate::host::Registered;

/// # Errors
///
/// The token, and with it the callback, is in the error; `?` drops it.
///
/// - [`EPERM`]: this is an NMI.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "- [`ESHUTDOWN`]: the module of the callback is being unloaded and its exit function is
  over.
- [`ENXIO`], of [`Self::call_any`] alone: none of the CPUs is online."
)]
///
/// # Context
///
/// Any but NMI, where it is refused. The work grows with the number of possible CPUs.
#[cfg_attr(not(crosscall_upstream), doc = "Preemption is off meanwhile.")]
#[cfg_attr(
    crosscall_upstream,
    doc = "Preemption is as the caller has it: if it is on, the caller's own CPU is the one where it
began."
)]
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
    /// `condition` is called once for each CPU, in the caller's context, before the first CPU is
    /// called. It is `Send`, and so captures no [`TaskContext`](crate::context::TaskContext): it
    /// must not wait.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "Preemption is off. What a guard that it leaks has changed is reported and undone; an
RCU read-side section that is left open is a panic."
    )]
    pub fn call_if(
        self,
        condition: impl FnMut(CpuId) -> bool + Send,
    ) -> Result<InFlight<C>, Refused<Self>> {
        #[cfg(not(crosscall_upstream))]
        let mut condition = balanced(condition, self.raw().callback());
        #[cfg(crosscall_upstream)]
        let mut condition = condition;
        self.call_where(Targets::online().that(&mut condition))
    }
}
