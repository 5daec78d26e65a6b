// SPDX-License-Identifier: GPL-2.0

//! The operations, in one file for each module of the crate.

pub(crate) mod csd;
pub(crate) mod deferred;
pub(crate) mod irq_work;
pub(crate) mod many;
pub(crate) mod quiesce;
pub(crate) mod rate;
pub(crate) mod shared;
pub(crate) mod sizes;
