// SPDX-License-Identifier: GPL-2.0

//! What tests of rules get that need three CPUs online, and one that is not.

use crosscall::context::TaskContext;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::support::{
    cpu_param,
    Report, //
};

/// One of `tests!`.
pub(crate) type Test = (&'static str, fn(&Env) -> Result);

pub(crate) struct Env {
    pub(crate) task: TaskContext,
    pub(crate) here: CpuId,
    pub(crate) other: CpuId,
    pub(crate) third: CpuId,
    pub(crate) offline: CpuId,
}

impl Env {
    /// Process context; from the module parameters of these names.
    pub(crate) fn new(other: i32, third: i32, offline: i32) -> Result<Self> {
        let env = Self {
            task: TaskContext::new(),
            here: CpuId::current(),
            other: cpu_param("other", other)?,
            third: cpu_param("third", third)?,
            offline: cpu_param("offline", offline)?,
        };
        let cpus = [env.here, env.other, env.third, env.offline];
        if (1..cpus.len()).any(|n| cpus[..n].contains(&cpus[n])) {
            pr_err!("other=, third= and offline= must be three CPUs, none of them this one\n");
            return Err(EINVAL);
        }
        Ok(env)
    }

    /// Runs the tests.
    pub(crate) fn report(&self, tests: &[Test]) {
        let mut report = Report::new(tests.len());
        for (name, test) in tests {
            report.result(name, test(self));
        }
    }
}
