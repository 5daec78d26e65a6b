// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! An exclusive callback runs more than once too: it must leave what it captured.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn give_up(text: KBox<[u8; 8]>) -> Result {
    let mut text = Some(text);
    let _work = irq_work::exclusive::<Hard, _>(move |_| drop(text), GFP_KERNEL)?;
    Ok(())
}
