// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! The callback runs any number of times: what it captured is not its to drop,
//! not even a handle.
//! pass: A clone is.

include!("common/names.rs");

pub fn give_up(handle: Handle<Arc<Closure<Hard, fn(&Context<Hard>)>>>) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| drop(handle), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(move |_| drop(handle.clone()), GFP_KERNEL)?; //[pass]
    Ok(())
}
