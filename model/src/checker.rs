// SPDX-License-Identifier: GPL-2.0

//! The checker that the models run under: loom, or Shuttle with the feature `shuttle`.

#[cfg(not(feature = "shuttle"))]
mod loom;
#[cfg(feature = "shuttle")]
mod shuttle;

#[cfg(not(feature = "shuttle"))]
pub(crate) use self::loom::*;
#[cfg(feature = "shuttle")]
pub(crate) use self::shuttle::*;
