// SPDX-License-Identifier: MIT-0
//! The plugin ABI (jianbao/plugin.h) as far as this plugin uses it, written by hand. Sizes are
//! checked when this is compiled; members are never moved, only appended.
#![allow(dead_code)]

use std::os::raw::{c_char, c_void};

pub const MAGIC: u32 = 0x3150_424a;
pub const ABI_MAJOR: u32 = 1;

pub type Status = i32;
pub const OK: Status = 0;
pub const E_INTERNAL: Status = 1;
pub const E_CONFIG: Status = 2;
pub const E_OVERFLOW: Status = 7;

pub const T_COLUMN: u32 = 11;
pub const T_FIGURE: u32 = 12;
pub const T_TEMPLATE: u32 = 13;
pub const P_REQUIRED: u32 = 2;
pub const C_REENTRANT: u32 = 1;
pub const UNIT_OF_COLUMN: u32 = 1;

/// Things of the host that a plugin only passes on.
#[repr(C)]
pub struct Ctx(c_void);
#[repr(C)]
pub struct Args(c_void);
#[repr(C)]
pub struct Node(c_void);

pub type Text = *const c_char; // UTF-8, NUL-terminated

#[repr(C)]
pub struct ArrowSchema {
    pub format: Text,
    pub name: Text,
    pub metadata: Text,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    pub private_data: *mut c_void,
}

#[repr(C)]
pub struct Param {
    pub size: u32,
    pub kind: u32,
    pub flags: u32,
    pub reserved: u32,
    pub key: Text,
    pub def: Text,
    pub range: Text,
    pub help: Text,
    pub help_zh: Text,
}

#[repr(C)]
pub struct Iface {
    pub id: Text,
    pub table: *const c_void,
}

#[repr(C)]
pub struct Component {
    pub size: u32,
    pub flags: u32,
    pub kind: Text,
    pub name: Text,
    pub title: Text,
    pub title_zh: Text,
    pub help: Text,
    pub help_zh: Text,
    pub params: *const Param,
    pub n_params: u32,
    pub param_stride: u32,
    pub ifaces: *const Iface,
    pub n_ifaces: u64,
    pub create: Option<unsafe extern "C" fn(*mut Ctx, *const Args, *mut *mut c_void) -> Status>,
    pub destroy: Option<unsafe extern "C" fn(*mut c_void)>,
}

#[repr(C)]
pub struct Fault {
    pub size: u32,
    pub status: Status,
    pub code: Text,
    pub args: *const Text,
    pub n_args: u64,
    pub key: Text,
    pub item: u64,
    pub file: Text,
    pub line: u64,
    pub row: u64,
    pub column: Text,
    pub value: Text,
}

#[repr(C)]
pub struct Host {
    pub size: u32,
    pub abi_minor: u32,
    pub version: Text,
    pub query: unsafe extern "C" fn(Text) -> *const c_void,
    pub log: unsafe extern "C" fn(*mut Ctx, i32, Text),
    pub fail: unsafe extern "C" fn(*mut Ctx, *const Fault) -> Status,
    pub warn: unsafe extern "C" fn(*mut Ctx, *const Fault),
    pub cancelled: unsafe extern "C" fn(*const Ctx) -> i32,
    pub progress: unsafe extern "C" fn(*mut Ctx, f64, Text),
    pub get_str: unsafe extern "C" fn(*const Args, Text, *mut Text) -> i32,
    pub get_i64: unsafe extern "C" fn(*const Args, Text, *mut i64) -> i32,
    pub get_f64: unsafe extern "C" fn(*const Args, Text, *mut f64) -> i32,
    pub get_list: unsafe extern "C" fn(*const Args, Text, *mut *const Text, *mut u64) -> i32,
    pub get_keyed: unsafe extern "C" fn(*const Args, Text, *mut *const c_void, *mut u64) -> i32,
    pub get_order: unsafe extern "C" fn(*const Args, Text, *mut i32) -> i32,
}

#[repr(C)]
pub struct Plugin {
    pub magic: u32,
    pub size: u32,
    pub abi_major: u32,
    pub abi_needs: u32,
    pub id: Text,
    pub version: Text,
    pub license: Text,
    pub url: Text,
    pub components: *const &'static Component,
    pub n_components: u64,
    pub messages: *const c_void,
    pub n_messages: u32,
    pub message_stride: u32,
    pub init: Option<unsafe extern "C" fn(*const Host) -> Status>,
    pub deinit: Option<unsafe extern "C" fn()>,
}

#[repr(C)]
pub struct Batch {
    pub size: u32,
    pub flags: u32,
    pub columns: *const ArrowArray,
    pub n_columns: u64,
    pub rows: i64,
    pub sel: *const u32,
    pub n: u64,
    pub group: *const u32,
    pub state: *const *mut c_void,
}

#[repr(C)]
pub struct MetricShape {
    pub size: u32,
    pub flags: u32,
    pub state_size: u64,
    pub unit_column: u32,
    pub reserved: u32,
}

#[repr(C)]
pub struct Metric {
    pub size: u32,
    pub flags: u32,
    pub bind: unsafe extern "C" fn(
        *mut Ctx,
        *mut c_void,
        *const ArrowSchema,
        *mut ArrowSchema,
        *mut MetricShape,
    ) -> Status,
    pub state_init: unsafe extern "C" fn(*const c_void, *mut c_void),
    pub update: unsafe extern "C" fn(*mut Ctx, *const c_void, *const Batch) -> Status,
    pub merge: unsafe extern "C" fn(*mut Ctx, *const c_void, *mut c_void, *const c_void) -> Status,
    pub finish: unsafe extern "C" fn(
        *mut Ctx,
        *const c_void,
        *const *mut c_void,
        u64,
        *mut ArrowArray,
        *mut u64,
    ) -> Status,
    pub state_drop: Option<unsafe extern "C" fn(*const c_void, *mut c_void)>,
}

#[repr(C)]
pub struct Figure {
    pub size: u32,
    pub flags: u32,
    pub n_keys: u32,
    pub reserved: u32,
    pub name: Text,
    pub unit: Text,
    pub period: Text,
    pub as_of: Text,
    pub source: Text,
    pub schema: *const ArrowSchema,
    pub array: *const ArrowArray,
}

#[repr(C)]
pub struct FiguresApi {
    pub size: u32,
    pub reserved: u32,
    pub get: unsafe extern "C" fn(*mut Ctx, Text, u64, *mut Figure) -> Status,
    // keys, find, at: not used here
}

#[repr(C)]
pub struct DocApi {
    pub size: u32,
    pub reserved: u32,
    pub add: unsafe extern "C" fn(*mut Ctx, *mut Node, Text) -> *mut Node,
    // set, run, attach …: not used here
}

#[repr(C)]
pub struct Bind {
    pub size: u32,
    pub reserved: u32,
    pub name: Text,
    pub figure: *const Figure,
    pub row: u64,
}

#[repr(C)]
pub struct TextApi {
    pub size: u32,
    pub reserved: u32,
    pub check: unsafe extern "C" fn(*mut Ctx, Text, u64, Text, *const Bind, u64) -> Status,
    pub emit: unsafe extern "C" fn(*mut Ctx, *mut Node, Text, u64, Text, *const Bind, u64) -> Status,
    // emit_blocks, format: not used here
}

#[repr(C)]
pub struct Section {
    pub size: u32,
    pub flags: u32,
    pub check: Option<unsafe extern "C" fn(*mut Ctx, *mut c_void) -> Status>,
    pub write: unsafe extern "C" fn(*mut Ctx, *mut c_void, *mut Node) -> Status,
}

// Constant data full of pointers to constant data: any thread may read it.
unsafe impl Sync for Param {}
unsafe impl Sync for Iface {}
unsafe impl Sync for Component {}
unsafe impl Sync for Plugin {}

macro_rules! sizes {
    ($($t:ty = $n:expr,)*) => { $(const _: () = assert!(std::mem::size_of::<$t>() == $n);)* };
}
sizes! {
    ArrowSchema = 72, ArrowArray = 80, Param = 56, Iface = 16, Component = 104, Fault = 88, Host = 112,
    Plugin = 96, Batch = 64, MetricShape = 24, Metric = 56, Figure = 72, Bind = 32, Section = 24,
}
