/* SPDX-License-Identifier: Apache-2.0
 * Random numbers as pure functions: Philox4x32-10 and elementary functions of our own; used by the
 * laws. */
#include "kernel/random.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Wider vectors where the machine has them, chosen at each call. Every operation here is exact or
 * an IEEE operation with one rounding, and contraction is off, so all widths give the same bits. */
#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAVE_WIDE 1
#define WIDE_512  __attribute__((target("avx512f,avx512dq,avx512vl,avx512bw")))
#define WIDE_256  __attribute__((target("avx2")))
#define has_512()                                                                                  \
    (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&                    \
     __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw"))
#define has_256() __builtin_cpu_supports("avx2")
#endif

/* Into each caller, so that it is compiled for the caller's vectors. */
#define INTO_CALLER __attribute__((always_inline)) static inline

/* Blocks are made in chunks of a constant size: no odd ends inside the vector loops. The last one
 * may be half as long. */
#define CHUNK 16
#define HALF  (CHUNK / 2)

/* Philox4x32: multipliers and key increments (Salmon et al., SC 2011, section 3.3). */
#define PHILOX_M0 0xD2511F53u
#define PHILOX_M1 0xCD9E8D57u
#define PHILOX_W0 0x9E3779B9u
#define PHILOX_W1 0xBB67AE85u

struct philox {
    uint32_t c0, c1, c2, c3;
};

INTO_CALLER struct philox philox_round(struct philox x, uint32_t k0, uint32_t k1)
{
    uint64_t p0 = (uint64_t)PHILOX_M0 * x.c0;
    uint64_t p1 = (uint64_t)PHILOX_M1 * x.c2;
    return (struct philox){
        .c0 = (uint32_t)(p1 >> 32) ^ x.c1 ^ k0,
        .c1 = (uint32_t)p1,
        .c2 = (uint32_t)(p0 >> 32) ^ x.c3 ^ k1,
        .c3 = (uint32_t)p0,
    };
}

/* Ten rounds. */
INTO_CALLER struct philox philox10(uint64_t key, uint64_t n, uint32_t visit, uint32_t part)
{
    uint32_t k0 = (uint32_t)key;
    uint32_t k1 = (uint32_t)(key >> 32);
    struct philox x = {(uint32_t)n, (uint32_t)(n >> 32), visit, part};
    for (int round = 0; round < 10; round++) {
        x = philox_round(x, k0, k1);
        k0 += PHILOX_W0;
        k1 += PHILOX_W1;
    }
    return x;
}

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double double_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* ((r >> 12) + 0.5) * 2^-52 without converting an integer: the 52 bits become the fraction of a
 * number in [1, 2). What is taken off leaves a number of 53 bits, so nothing is rounded. */
static inline double uniform_of(uint32_t low, uint32_t high)
{
    uint64_t r = (uint64_t)high << 32 | low;
    return double_of(r >> 12 | 0x3FF0000000000000u) - (1 - 0x1p-53);
}

/* The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t random_hash(const char *text)
{
    uint64_t h = 0xCBF29CE484222325u;
    for (const char *c = text; *c; c++)
        h = (h ^ (unsigned char)*c) * 0x100000001B3u;
    return mix(h);
}

uint64_t random_key(uint64_t seed, uint32_t replication, const char *name,
                    enum random_purpose purpose, uint32_t index)
{
    /* Each step is a bijection of what is mixed in, so keys that differ in one part only differ. */
    const uint64_t golden = 0x9E3779B97F4A7C15u;
    uint64_t key = mix(seed + golden);
    key = mix((key ^ replication) + golden);
    key = mix((key ^ random_hash(name)) + golden);
    return mix((key ^ ((uint64_t)purpose << 32 | index)) + golden);
}

void random_words(uint64_t key, uint64_t n, uint32_t visit, uint32_t part, uint32_t word[4])
{
    struct philox x = philox10(key, n, visit, part);
    word[0] = x.c0;
    word[1] = x.c1;
    word[2] = x.c2;
    word[3] = x.c3;
}

void random_uniform2(uint64_t key, uint64_t n, uint32_t visit, uint32_t part, double u[2])
{
    struct philox x = philox10(key, n, visit, part);
    u[0] = uniform_of(x.c0, x.c1);
    u[1] = uniform_of(x.c2, x.c3);
}

/* The uniforms of `count` counters, `step` apart: the first of each in u, the second in v where v
 * is not NULL. */
static void uniforms_plain(uint64_t key, uint64_t n, uint64_t step, uint32_t visit, size_t count,
                           double *u, double *v)
{
    for (size_t i = 0; i < count; i++) {
        struct philox x = philox10(key, n + i * step, visit, 0);
        u[i] = uniform_of(x.c0, x.c1);
        if (v)
            v[i] = uniform_of(x.c2, x.c3);
    }
}

#ifdef HAVE_WIDE
/* The same, one counter in each 64-bit lane of a vector; `count` is a multiple of the lanes. Words
 * stand in the lower halves of their lanes. What gathers in the upper halves does no harm:
 * `multiply` reads lower halves only, and the end shifts or masks. */
#define DEFINE_UNIFORMS(name, wide, lanes, raw, multiply)                                          \
    wide static void name(uint64_t key, uint64_t n, uint64_t step, uint32_t visit, size_t count,   \
                          double *u, double *v)                                                    \
    {                                                                                              \
        typedef uint64_t vector __attribute__((vector_size(8 * (lanes))));                         \
        typedef double reals __attribute__((vector_size(8 * (lanes))));                            \
        const vector m0 = (vector){0} + PHILOX_M0;                                                 \
        const vector m1 = (vector){0} + PHILOX_M1;                                                 \
        vector counter;                                                                            \
        for (size_t i = 0; i < (lanes); i++)                                                       \
            counter[i] = n + i * step;                                                             \
        for (size_t at = 0; at < count; at += (lanes)) {                                           \
            vector x0 = counter, x1 = counter >> 32;                                               \
            vector x2 = (vector){0} + visit, x3 = {0};                                             \
            uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);                               \
            for (int round = 0; round < 10; round++) {                                             \
                vector p0 = (vector)multiply((raw)x0, (raw)m0);                                    \
                vector p1 = (vector)multiply((raw)x2, (raw)m1);                                    \
                x0 = (p1 >> 32) ^ x1 ^ k0;                                                         \
                x1 = p1;                                                                           \
                x2 = (p0 >> 32) ^ x3 ^ k1;                                                         \
                x3 = p0;                                                                           \
                k0 += PHILOX_W0;                                                                   \
                k1 += PHILOX_W1;                                                                   \
            }                                                                                      \
            vector first = ((x0 & 0xFFFFFFFFu) | x1 << 32) >> 12 | 0x3FF0000000000000u;            \
            reals value = (reals)first - (1 - 0x1p-53);                                            \
            memcpy(u + at, &value, sizeof value);                                                  \
            if (v) {                                                                               \
                vector second = ((x2 & 0xFFFFFFFFu) | x3 << 32) >> 12 | 0x3FF0000000000000u;       \
                value = (reals)second - (1 - 0x1p-53);                                             \
                memcpy(v + at, &value, sizeof value);                                              \
            }                                                                                      \
            counter += (lanes)*step;                                                               \
        }                                                                                          \
    }

DEFINE_UNIFORMS(uniforms_512, WIDE_512, 8, __m512i, _mm512_mul_epu32)
DEFINE_UNIFORMS(uniforms_256, WIDE_256, 4, __m256i, _mm256_mul_epu32)
#endif

void random_uniform2_every(uint64_t key, uint64_t n, uint64_t step, uint32_t visit, size_t count,
                           double *u, double *v)
{
    size_t done = 0;
#ifdef HAVE_WIDE
    if (has_512()) {
        done = count / 8 * 8;
        uniforms_512(key, n, step, visit, done, u, v);
    } else if (has_256()) {
        done = count / 4 * 4;
        uniforms_256(key, n, step, visit, done, u, v);
    }
#endif
    uniforms_plain(key, n + done * step, step, visit, count - done, u + done, v ? v + done : NULL);
}

void random_uniform2_block(uint64_t key, uint64_t n, uint32_t visit, size_t count, double *u,
                           double *v)
{
    random_uniform2_every(key, n, 1, visit, count, u, v);
}

void random_uniform_block(uint64_t key, uint64_t n, uint32_t visit, size_t count, double *u)
{
    random_uniform2_block(key, n, visit, count, u, NULL);
}

/* ln 2 in two parts: the first with 21 bits, so that its products with exponents are exact. */
#define LN2_HIGH 0x1.62e42p-1
#define LN2_LOW  0x1.fdf473de6af28p-22

/* The natural logarithm of a normal x > 0, with no branch.
 *
 * x = 2^e (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)). With s = f / (2 + f), log(1 + f) = 2
 * artanh(s) = 2 s + s R(s^2), and 2 s = f - s f; taking f^2/2 out leaves a small correction to the
 * exact f (the arrangement of K. C. Ng's log in 4.3BSD). R's coefficients are our own minimax fit
 * to (2 artanh(s)/s - 2)/s^2 on [0, 0.0295]: error below 2^-59 of the result. */
INTO_CALLER double log_normal(double x)
{
    const uint64_t half_root = 0x3FE6A09E667F3BCDu; /* sqrt(1/2) */
    const uint64_t one = 0x3FF0000000000000u;
    uint64_t shifted = bits_of(x) + (one - half_root);
    /* The exponent (biased by 1023) as a double, through the low bits of 2^52. */
    double e = double_of(shifted >> 52 | 0x4330000000000000u) - (0x1p52 + 1023);
    double f = double_of((shifted & 0x000FFFFFFFFFFFFFu) + half_root) - 1;

    double s = f / (2 + f);
    double z = s * s;
    double z2 = z * z;
    double even =
        0x1.5555555555592p-1 +
        z2 * (0x1.24924941f151bp-2 + z2 * (0x1.74663eedf6e1bp-3 + z2 * 0x1.2f0568a84fdf3p-3));
    double odd = 0x1.999999997fdb3p-2 + z2 * (0x1.c71c52093ed37p-3 + z2 * 0x1.39a1ba314aa5ep-3);
    double r = z * (even + z * odd);
    double half_square = 0.5 * f * f;
    return e * LN2_HIGH - ((half_square - (s * (half_square + r) + e * LN2_LOW)) - f);
}

double random_log(double x)
{
    if (x < 0x1p-1022)
        return log_normal(x * 0x1p54) - 54 * (LN2_HIGH + LN2_LOW);
    return log_normal(x);
}

/* The first `width` of `chunk` values: the logarithm of what is not filled is made and thrown away.
 */
INTO_CALLER void exponential_chunk(const double *u, double *y, size_t width, size_t chunk)
{
    double in[CHUNK] = {0};
    double out[CHUNK];
    memcpy(in, u, width * sizeof *u);
    for (size_t j = 0; j < chunk; j++)
        out[j] = -log_normal(in[j]);
    memcpy(y, out, width * sizeof *y);
}

INTO_CALLER void exponentials(const double *u, double *y, size_t count)
{
    for (; count > HALF; u += CHUNK, y += CHUNK, count -= CHUNK) {
        exponential_chunk(u, y, count < CHUNK ? count : CHUNK, CHUNK);
        if (count <= CHUNK)
            return;
    }
    exponential_chunk(u, y, count, HALF);
}

#ifdef HAVE_WIDE
WIDE_512 static void exponentials_512(const double *u, double *y, size_t count)
{
    exponentials(u, y, count);
}

WIDE_256 static void exponentials_256(const double *u, double *y, size_t count)
{
    exponentials(u, y, count);
}
#endif

void random_exponential_block(const double *u, double *y, size_t count)
{
#ifdef HAVE_WIDE
    if (has_512()) {
        exponentials_512(u, y, count);
        return;
    }
    if (has_256()) {
        exponentials_256(u, y, count);
        return;
    }
#endif
    exponentials(u, y, count);
}

/* 2^k for a normal result, k in two's complement. */
static inline double power_of_two(uint64_t k)
{
    return double_of((k + 1023) << 52);
}

/* x = k ln 2 + r with |r| <= ln(2)/2; e^r = 1 + r + r^2 Q(r). Q's coefficients are our own minimax
 * fit to (e^r - 1 - r)/r^2: error below 2^-63. Returns e^r, k in two's complement in *whole; |x| <=
 * 800. */
INTO_CALLER double exp_reduced(double x, uint64_t *whole)
{
    const double shift = 0x1.8p52; /* adding it rounds to a whole number, in the low bits */
    double shifted = x * 0x1.71547652b82fep+0 + shift;
    double k = shifted - shift;
    *whole = bits_of(shifted) - bits_of(shift);
    double r = (x - k * LN2_HIGH) - k * LN2_LOW;
    double r2 = r * r;
    double r4 = r2 * r2;
    double low =
        (0.5 + r * 0x1.555555555555cp-3) + r2 * (0x1.555555555555ep-5 + r * 0x1.111111110ebb3p-7);
    double middle = (0x1.6c16c16c13537p-10 + r * 0x1.a01a01b3bb1ffp-13) +
                    r2 * (0x1.a01a01b466719p-16 + r * 0x1.71ddef93dacf2p-19);
    double high = (0x1.27e4bf15c1a91p-22 + r * 0x1.af6cccb319646p-26) + r2 * 0x1.1f9e106c927bfp-29;
    double q = low + r4 * (middle + r4 * high);
    return 1 + (r + r2 * q);
}

double random_exp(double x)
{
    if (!(x > -800 && x < 800)) /* also not a number: handed on */
        return x > 0 ? (double)INFINITY : x < 0 ? 0 : x;
    uint64_t whole;
    double reduced = exp_reduced(x, &whole);
    /* In two steps, so that results near the ends of the range come out too. */
    uint64_t half = (whole + 2048) / 2 - 1024;
    return reduced * power_of_two(half) * power_of_two(whole - half);
}

/* The coefficients of AS 241, PPND16: numerator and denominator, lowest power first. */
static const double central_rational[2][8] = {
    {3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
     1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
     3.3430575583588128105e4, 2.5090809287301226727e3},
    {1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
     2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
     5.2264952788528545610e3}};
static const double middle_rational[2][8] = {
    {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
     3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
     2.27238449892691845833e-2, 7.74545014278341407640e-4},
    {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
     1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4,
     1.05075007164441684324e-9}};
static const double tail_rational[2][8] = {
    {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
     2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
     2.71155556874348757815e-5, 2.01033439929228813265e-7},
    {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
     7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7,
     2.04426310338993978564e-15}};

INTO_CALLER double polynomial7(const double c[8], double r)
{
    double r2 = r * r;
    double low = (c[0] + r * c[1]) + r2 * (c[2] + r * c[3]);
    double high = (c[4] + r * c[5]) + r2 * (c[6] + r * c[7]);
    return low + r2 * r2 * high;
}

INTO_CALLER double rational7(const double c[2][8], double r)
{
    return polynomial7(c[0], r) / polynomial7(c[1], r);
}

/* Where the quantile's central form holds: |p - 0.5| up to this. */
#define CENTRAL 0.425

INTO_CALLER double central_quantile(double q)
{
    return q * rational7(central_rational, CENTRAL * CENTRAL - q * q);
}

/* M. J. Wichura: "Algorithm AS 241: the percentage points of the normal distribution", Applied
 * Statistics 37 (1988), 477-484, routine PPND16: three rational approximations. */
double random_normal_quantile(double p)
{
    double q = p - 0.5;
    if (q >= -CENTRAL && q <= CENTRAL)
        return central_quantile(q);
    double r = __builtin_sqrt(-random_log(q < 0 ? p : 1 - p));
    double z = r <= 5 ? rational7(middle_rational, r - 1.6) : rational7(tail_rational, r - 5);
    return q < 0 ? -z : z;
}

/* exp(mu + sigma z) where that is in range. */
INTO_CALLER double lognormal_of(double mu, double sigma, double z)
{
    uint64_t whole;
    double reduced = exp_reduced(mu + sigma * z, &whole);
    return reduced * power_of_two(whole);
}

/* The lognormal values of HALF uniforms in the tails: all by the middle form; false where one of
 * them is farther out. */
INTO_CALLER bool lognormal_tails(const double *u, double mu, double sigma, double *y)
{
    uint64_t far = 0;
    for (size_t j = 0; j < HALF; j++) {
        double q = u[j] - 0.5, other = 1 - u[j];
        double r = __builtin_sqrt(-log_normal(q < 0 ? u[j] : other));
        double z = rational7(middle_rational, r - 1.6);
        y[j] = lognormal_of(mu, sigma, q < 0 ? -z : z);
        far |= (uint64_t)(r > 5);
    }
    return !far;
}

/* The first `width` of `chunk` values by the central form. */
INTO_CALLER void lognormal_chunk(const double *u, double mu, double sigma, double *y, size_t width,
                                 size_t chunk)
{
    double in[CHUNK] = {0};
    double out[CHUNK];
    memcpy(in, u, width * sizeof *u);
    for (size_t j = 0; j < chunk; j++)
        out[j] = lognormal_of(mu, sigma, central_quantile(in[j] - 0.5));
    memcpy(y, out, width * sizeof *y);
}

/* All by the central form, then those in the tails: gathered, so that they fill vectors, too. At
 * most LOGNORMAL_MOST values. */
#define LOGNORMAL_MOST 64
INTO_CALLER void lognormals_part(const double *u, double mu, double sigma, double *y, size_t count)
{
    double tail[LOGNORMAL_MOST + HALF], out[HALF];
    uint8_t at[LOGNORMAL_MOST];
    size_t tails = 0, i = 0;
    for (size_t j = 0; j < count; j++) {
        double q = u[j] - 0.5;
        tail[tails] = u[j]; /* kept only where counted: no branch to guess */
        at[tails] = (uint8_t)j;
        tails += (q < -CENTRAL) | (q > CENTRAL);
    }
    for (; count - i > HALF; i += CHUNK) {
        lognormal_chunk(u + i, mu, sigma, y + i, count - i < CHUNK ? count - i : CHUNK, CHUNK);
        if (count - i <= CHUNK)
            break;
    }
    if (count - i <= HALF)
        lognormal_chunk(u + i, mu, sigma, y + i, count - i, HALF);
    for (size_t j = 0; j < HALF; j++)
        tail[tails + j] = 0.01; /* what fills up the last vector is thrown away */
    for (i = 0; i < tails; i += HALF) {
        bool near = lognormal_tails(tail + i, mu, sigma, out);
        for (size_t j = 0; j < HALF && i + j < tails; j++)
            y[at[i + j]] =
                near ? out[j] : random_exp(mu + sigma * random_normal_quantile(tail[i + j]));
    }
}

INTO_CALLER void lognormals(const double *u, double mu, double sigma, double *y, size_t count)
{
    for (size_t i = 0; i < count; i += LOGNORMAL_MOST)
        lognormals_part(u + i, mu, sigma, y + i,
                        count - i < LOGNORMAL_MOST ? count - i : LOGNORMAL_MOST);
}

#ifdef HAVE_WIDE
WIDE_512 static void lognormals_512(const double *u, double mu, double sigma, double *y,
                                    size_t count)
{
    lognormals(u, mu, sigma, y, count);
}

WIDE_256 static void lognormals_256(const double *u, double mu, double sigma, double *y,
                                    size_t count)
{
    lognormals(u, mu, sigma, y, count);
}
#endif

void random_lognormal_block(const double *u, double mu, double sigma, double *y, size_t count)
{
#ifdef HAVE_WIDE
    if (has_512()) {
        lognormals_512(u, mu, sigma, y, count);
        return;
    }
    if (has_256()) {
        lognormals_256(u, mu, sigma, y, count);
        return;
    }
#endif
    lognormals(u, mu, sigma, y, count);
}
