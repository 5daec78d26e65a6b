// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! An exclusive callback runs more than once too: it must leave what it
//! captured.
//! pass: What it takes out of an option is not there the next time.

include!("common/names.rs");

pub fn give_up(text: KBox<[u8; 8]>) -> Result {
    let mut text = Some(text);
    let _work = exclusive::new::<Hard, _>(move |_| drop(text), GFP_KERNEL)?; //[fail]
    let _work = exclusive::new::<Hard, _>(move |_| drop(text.take()), GFP_KERNEL)?; //[pass]
    Ok(())
}
