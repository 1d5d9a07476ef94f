// SPDX-License-Identifier: MIT-0
//! What both types share: the host, failures, panics kept inside, reading and building columns.
use crate::abi::*;
use std::ffi::{CStr, CString};
use std::mem::size_of;
use std::os::raw::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicPtr, Ordering};

/// A constant text of the ABI: `c!("metric")`.
#[macro_export]
macro_rules! c {
    ($text:expr) => {
        concat!($text, "\0").as_ptr() as $crate::abi::Text
    };
}

static HOST: AtomicPtr<Host> = AtomicPtr::new(null_mut());

pub unsafe extern "C" fn init(host: *const Host) -> Status {
    HOST.store(host as *mut Host, Ordering::Release);
    // A panic is told to the host as a failure; it prints nothing of its own.
    std::panic::set_hook(Box::new(|_| {}));
    OK
}

pub fn host() -> &'static Host {
    unsafe { &*HOST.load(Ordering::Acquire) } // the host lives to the end of the process
}

/// A service of the host by its id.
pub unsafe fn service<T>(id: Text) -> Option<&'static T> {
    ((host().query)(id) as *const T).as_ref()
}

/// Fails with one sentence, blaming parameter `key` (null: the section).
pub fn fail(ctx: *mut Ctx, status: Status, key: Text, sentence: &str) -> Status {
    let text = CString::new(sentence.replace('\0', "?")).unwrap_or_default();
    let args = [text.as_ptr()];
    let fault = Fault {
        size: size_of::<Fault>() as u32,
        status,
        code: null(),
        args: args.as_ptr(),
        n_args: 1,
        key,
        item: 0,
        file: null(),
        line: 0,
        row: 0,
        column: null(),
        value: null(),
    };
    unsafe { (host().fail)(ctx, &fault) }
}

/// Runs what a function of the plugin does. No panic may cross into the host: it becomes a failure.
pub fn guarded(ctx: *mut Ctx, body: impl FnOnce() -> Result<(), Status>) -> Status {
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => OK,
        Ok(Err(status)) => status,
        Err(panic) => {
            let said = panic.downcast_ref::<&str>().map(|s| s.to_string());
            let said = said.or_else(|| panic.downcast_ref::<String>().cloned());
            fail(ctx, E_INTERNAL, null(), &format!("panic: {}", said.unwrap_or_default()))
        }
    }
}

/// A status of the host's as a Result.
pub fn ok(status: Status) -> Result<(), Status> {
    if status == OK {
        Ok(())
    } else {
        Err(status)
    }
}

/// An instance as the host holds it.
pub fn hand_over<T>(value: T, out: *mut *mut c_void) {
    unsafe { *out = Box::into_raw(Box::new(value)) as *mut c_void }
}

pub unsafe extern "C" fn destroy<T>(instance: *mut c_void) {
    drop(Box::from_raw(instance as *mut T));
}

/// How a number column holds its values.
#[derive(Clone, Copy, PartialEq)]
pub enum Number {
    Int,
    Dec64,
    Dec128,
}

/// Type and scale of a column of integers or decimals ("l", "d:14,2,64", "d:38,2"); None: another type.
pub unsafe fn number_of(schema: *const ArrowSchema) -> Option<(Number, u32)> {
    let format = CStr::from_ptr((*schema).format).to_str().ok()?;
    if format == "l" {
        return Some((Number::Int, 0));
    }
    let parts: Vec<&str> = format.strip_prefix("d:")?.split(',').collect();
    let scale = parts.get(1)?.parse().ok()?;
    match parts.get(2) {
        Some(&"64") => Some((Number::Dec64, scale)),
        None | Some(&"128") => Some((Number::Dec128, scale)),
        _ => None,
    }
}

/// A cell; None: NULL.
pub unsafe fn cell(column: &ArrowArray, number: Number, row: usize) -> Option<i128> {
    let i = column.offset as usize + row;
    let valid = *column.buffers as *const u8;
    if !valid.is_null() && *valid.add(i / 8) >> (i % 8) & 1 == 0 {
        return None;
    }
    let values = *column.buffers.add(1) as *const u8;
    Some(match number {
        Number::Dec128 => (values.add(i * 16) as *const i128).read_unaligned(),
        _ => (values.add(i * 8) as *const i64).read_unaligned() as i128,
    })
}

struct SchemaParts {
    _format: CString,
    _name: CString,
    children: Vec<*mut ArrowSchema>,
}

unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    let parts = Box::from_raw((*schema).private_data as *mut SchemaParts);
    for child in &parts.children {
        if let Some(release) = (**child).release {
            release(*child);
        }
        drop(Box::from_raw(*child));
    }
    (*schema).release = None;
}

/// A schema that the host releases.
pub fn schema(format: &str, name: &str, children: Vec<ArrowSchema>) -> ArrowSchema {
    let mut parts = Box::new(SchemaParts {
        _format: CString::new(format).unwrap_or_default(),
        _name: CString::new(name).unwrap_or_default(),
        children: children.into_iter().map(|c| Box::into_raw(Box::new(c))).collect(),
    });
    ArrowSchema {
        format: parts._format.as_ptr(),
        name: parts._name.as_ptr(),
        metadata: null(),
        flags: 2, // nullable
        n_children: parts.children.len() as i64,
        children: parts.children.as_mut_ptr(),
        dictionary: null_mut(),
        release: Some(release_schema),
        private_data: Box::into_raw(parts) as *mut c_void,
    }
}

struct ArrayParts {
    _bytes: Vec<Vec<u8>>,
    buffers: Vec<*const c_void>,
    children: Vec<*mut ArrowArray>,
}

unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    let parts = Box::from_raw((*array).private_data as *mut ArrayParts);
    for child in &parts.children {
        if let Some(release) = (**child).release {
            release(*child);
        }
        drop(Box::from_raw(*child));
    }
    (*array).release = None;
}

fn array(length: usize, bytes: Vec<Vec<u8>>, children: Vec<ArrowArray>) -> ArrowArray {
    // the validity buffer, first of all, may be absent
    let pointer = |b: &Vec<u8>| if b.is_empty() { null() } else { b.as_ptr() as *const c_void };
    let mut parts = Box::new(ArrayParts {
        buffers: bytes.iter().map(pointer).collect(),
        _bytes: bytes,
        children: children.into_iter().map(|c| Box::into_raw(Box::new(c))).collect(),
    });
    ArrowArray {
        length: length as i64,
        null_count: -1,
        offset: 0,
        n_buffers: parts.buffers.len() as i64,
        n_children: parts.children.len() as i64,
        buffers: parts.buffers.as_mut_ptr(),
        children: parts.children.as_mut_ptr(),
        dictionary: null_mut(),
        release: Some(release_array),
        private_data: Box::into_raw(parts) as *mut c_void,
    }
}

/// A struct array of one column of integers (8 bytes) or decimals (16 bytes); None is a missing cell.
pub fn one_column(values: &[Option<i128>], width: usize) -> ArrowArray {
    let mut valid = vec![0u8; values.len() / 8 + 1];
    let mut bytes = vec![0u8; values.len().max(1) * width];
    for (i, value) in values.iter().enumerate() {
        if let Some(v) = value {
            valid[i / 8] |= 1 << (i % 8);
            bytes[i * width..(i + 1) * width].copy_from_slice(&v.to_le_bytes()[..width]);
        }
    }
    let column = array(values.len(), vec![valid, bytes], Vec::new());
    array(values.len(), vec![Vec::new()], vec![column])
}
