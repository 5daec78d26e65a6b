// SPDX-License-Identifier: GPL-2.0

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}
