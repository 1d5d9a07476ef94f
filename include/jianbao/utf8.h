// SPDX-License-Identifier: MIT-0
/* How far a text is sound UTF-8, 32 bytes at a time where the processor can. Comfort for plugins that
 * read bytes from outside; no part of the ABI. */
#ifndef JIANBAO_UTF8_H
#define JIANBAO_UTF8_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

/* What a pair of neighbouring bytes can be guilty of, a bit each. A pair is wrong when the high half of
 * its first byte, the low half of it and the high half of its second byte all allow the same guilt. */
#define JB_U8_SHORT 0x01u   /* a sequence begins, and is not continued */
#define JB_U8_STRAY 0x02u   /* a continuation behind ASCII */
#define JB_U8_LONG3 0x04u   /* E0 80…9F: two bytes would do */
#define JB_U8_LARGE 0x08u   /* F4 90… and more: past U+10FFFF */
#define JB_U8_HALF 0x10u    /* ED A0…: surrogates */
#define JB_U8_LONG2 0x20u   /* C0, C1: one byte would do */
#define JB_U8_LONG4 0x40u   /* F0 80…8F, and F5… with 80…8F */
#define JB_U8_PAIR 0x80u    /* two continuations: right or wrong by what stands further ahead */
#define JB_U8_ANY (JB_U8_SHORT | JB_U8_STRAY | JB_U8_PAIR)

static const uint8_t jb_u8_first_high[16] = {
    JB_U8_STRAY, JB_U8_STRAY, JB_U8_STRAY, JB_U8_STRAY, JB_U8_STRAY, JB_U8_STRAY, JB_U8_STRAY,
    JB_U8_STRAY, JB_U8_PAIR, JB_U8_PAIR, JB_U8_PAIR, JB_U8_PAIR, JB_U8_SHORT | JB_U8_LONG2,
    JB_U8_SHORT, JB_U8_SHORT | JB_U8_LONG3 | JB_U8_HALF, JB_U8_SHORT | JB_U8_LARGE | JB_U8_LONG4};
static const uint8_t jb_u8_first_low[16] = {
    JB_U8_ANY | JB_U8_LONG3 | JB_U8_LONG2 | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LONG2,
    JB_U8_ANY,
    JB_U8_ANY,
    JB_U8_ANY | JB_U8_LARGE,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4 | JB_U8_HALF,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4,
    JB_U8_ANY | JB_U8_LARGE | JB_U8_LONG4};
static const uint8_t jb_u8_second_high[16] = {
    JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT,
    JB_U8_SHORT,
    JB_U8_STRAY | JB_U8_LONG2 | JB_U8_PAIR | JB_U8_LONG3 | JB_U8_LONG4,
    JB_U8_STRAY | JB_U8_LONG2 | JB_U8_PAIR | JB_U8_LONG3 | JB_U8_LARGE,
    JB_U8_STRAY | JB_U8_LONG2 | JB_U8_PAIR | JB_U8_HALF | JB_U8_LARGE,
    JB_U8_STRAY | JB_U8_LONG2 | JB_U8_PAIR | JB_U8_HALF | JB_U8_LARGE,
    JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT, JB_U8_SHORT};

/* Bytes of p[0 .. n) that are sound for certain, in whole blocks. */
__attribute__((target("avx2"), unused)) static size_t jb_utf8_blocks(const uint8_t *p, size_t n)
{
    const __m256i low = _mm256_set1_epi8(0x0f), zero = _mm256_setzero_si256();
    const __m256i first_high = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)jb_u8_first_high));
    const __m256i first_low = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)jb_u8_first_low));
    const __m256i second_high = _mm256_broadcastsi128_si256(
        _mm_loadu_si128((const __m128i *)(const void *)jb_u8_second_high));
    __m256i before = zero;
    size_t i;
    for (i = 0; i + 32 <= n; i += 32) {
        __m256i v = _mm256_loadu_si256((const __m256i *)(const void *)(p + i)), bad;
        if ((_mm256_movemask_epi8(_mm256_or_si256(v, before)) == 0)) {
            bad = zero; /* ASCII behind ASCII */
        } else {
            /* one, two and three bytes further ahead */
            __m256i joint = _mm256_permute2x128_si256(before, v, 0x21);
            __m256i back1 = _mm256_alignr_epi8(v, joint, 15);
            __m256i back2 = _mm256_alignr_epi8(v, joint, 14);
            __m256i back3 = _mm256_alignr_epi8(v, joint, 13);
            __m256i guilt = _mm256_and_si256(
                _mm256_and_si256(
                    _mm256_shuffle_epi8(first_high,
                                        _mm256_and_si256(_mm256_srli_epi16(back1, 4), low)),
                    _mm256_shuffle_epi8(first_low, _mm256_and_si256(back1, low))),
                _mm256_shuffle_epi8(second_high, _mm256_and_si256(_mm256_srli_epi16(v, 4), low)));
            /* third byte of a sequence of three or four, fourth of four: there a pair is due */
            __m256i third = _mm256_subs_epu8(back2, _mm256_set1_epi8((char)(0xe0 - 0x80)));
            __m256i fourth = _mm256_subs_epu8(back3, _mm256_set1_epi8((char)(0xf0 - 0x80)));
            __m256i due =
                _mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)0x80));
            bad = _mm256_xor_si256(due, guilt);
        }
        bad = _mm256_or_si256(bad, _mm256_cmpeq_epi8(v, zero));
        if (!_mm256_testz_si256(bad, bad))
            break;
        before = v;
    }
    return i;
}
#endif

/* How many bytes from p on are certainly sound UTF-8 without NUL, ending between two characters. What
 * lies behind may be sound too: go on from there byte by byte. */
__attribute__((unused)) static inline size_t jb_utf8_sound(const uint8_t *p, size_t n)
{
    size_t i = 0, back;
#if defined(__x86_64__)
    if (n >= 64 && __builtin_cpu_supports("avx2"))
        i = jb_utf8_blocks(p, n);
#endif
    for (back = 1; back <= 4 && back <= i; back++) { /* not in the midst of a sequence */
        if (p[i - back] < 0x80)
            return i - back + 1;
        if (p[i - back] >= 0xc0)
            return i - back;
    }
    return i;
}

#endif
