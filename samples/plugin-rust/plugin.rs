// SPDX-License-Identifier: MIT-0
//! One plugin of two types, in Rust: the metric spread and the section listing. No crates:
//!     rustc --edition 2021 -O --crate-type cdylib -o sample_rust.so plugin.rs
mod abi;
mod comfort;
mod listing;
mod spread;

use abi::*;
use std::mem::size_of;
use std::ptr::null;

static COMPONENTS: [&Component; 2] = [&spread::COMPONENT, &listing::COMPONENT];

#[no_mangle]
#[allow(non_upper_case_globals)]
pub static jb_plugin_v1: Plugin = Plugin {
    magic: MAGIC,
    size: size_of::<Plugin>() as u32,
    abi_major: ABI_MAJOR,
    abi_needs: 0,
    id: c!("sample.rust"),
    version: c!("0.1.0"),
    license: c!("MIT-0"),
    url: c!(""),
    components: &COMPONENTS as *const &'static Component,
    n_components: COMPONENTS.len() as u64,
    messages: null(),
    n_messages: 0,
    message_stride: 0,
    init: Some(comfort::init),
    deinit: None,
};
