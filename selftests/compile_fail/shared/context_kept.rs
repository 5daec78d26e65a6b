// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The context ends with the run.
//! pass: The callback works for any lifetime.

include!("common/names.rs");

pub fn make() -> Result {
    fn run(_cx: &'static Context<Serial>) {} //[fail]
    fn run(_cx: &Context<Serial>) {} //[pass]

    let run: fn(&Context<Serial>) = run;
    let _call = shared::serial(run, GFP_KERNEL)?;
    Ok(())
}
