// SPDX-License-Identifier: GPL-2.0

//! What it takes out of an option is not there the next time.

use crosscall::irq_work::{
    self,
    Hard, //
};
use kernel::prelude::*;

pub fn give_up(text: KBox<[u8; 8]>) -> Result {
    let mut text = Some(text);
    let _work = irq_work::exclusive::<Hard, _>(move |_| drop(text.take()), GFP_KERNEL)?;
    Ok(())
}
