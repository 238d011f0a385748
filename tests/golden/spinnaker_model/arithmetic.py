"""Numbers: s16.15, fractions of 32 bits, STDP numbers; the maths library; the generator and its variates."""

from math import isqrt

__all__ = [
    "ONE",
    "Generator",
    "ceiling",
    "decay",
    "divide",
    "exp",
    "exp_fraction",
    "exponential",
    "i16",
    "i32",
    "multiply",
    "norm_inv",
    "poisson",
    "sin",
    "stdp_multiply",
]

ONE = 32768


def i32(x):
    """The low 32 bits, signed."""
    return (x + 2**31) % 2**32 - 2**31


def i16(x):
    """The low 16 bits, signed."""
    return (x + 2**15) % 2**16 - 2**15


def multiply(a, b):
    return i32((a * b) >> 15)


def divide(a, b):
    return i32((a % 2**64 << 15) % 2**64 // (b % 2**64)) if b else 0


def decay(x, fraction):
    return (x * fraction) >> 32


def ceiling(x):
    return (x >> 15) + (1 if x & 0x7FFF else 0)


def stdp_multiply(a, b):
    return (i16(a) * i16(b)) >> 11


HI = [9708, 26389, 71733, 194991, 530041, 1440801, 3916503, 10646160, 28939262, 78665070, 213833830]
HI += [581260615, 1580030169, 4294967296, 11674931555, 31735754293, 86266724208, 234497268814]
HI += [637429664642, 1732713474316, 4710003551159, 12803117065094, 34802480465680, 94602950235157]
HI += [257157480542844, 699026506411923]
MID = [0, 260218914, 504671961, 734314346, 950043403, 1152702096, 1343082321, 1521927990, 1689937949]
MID += [1847768698, 1996036966, 2135322113, 2266168400, 2389087112, 2504558555, 2613033936]


def _scale(x, y):
    p = (x % 2**32) * y
    return (p >> 32) + (p % 2**32 >= 0x7FFFFFFF) + (x >> 32) * y


def _exp(n):
    z = n >> 15
    f = n - (z << 15)
    if f > 0:
        z += 1
        f = 32768 - f
    t = HI[13 + z]
    if f:
        t -= _scale(t, MID[f >> 11])
        y = (f & 0x7FF) << 17
        c = 4293434720 - ((2081624032 * y) >> 32)
        c = ((c * y) >> 32) + 5294
        t -= _scale(t, c)
    return t


def exp(n):
    """e^n cut to s16.15."""
    if n > 363408:
        return 0x7FFFFFFF
    return 0 if n < -340695 else _exp(n) >> 17


def exp_fraction(n):
    """e^n cut to a fraction of 32 bits."""
    if n > 363408:
        return 0x7FFFFFFF
    return 0 if n < -340695 else _exp(n) % 2**32


def sqrt(x):
    return isqrt(x << 15)


LOW = [229376, 136628, 131359, 128187, 125892, 124086, 122593, 121318, 120204, 119213, 118321, 117508]
LOW += [116762, 116072, 115430, 114830, 114265, 113733, 113229, 112751, 112295, 111860, 111444, 111045]
LOW += [110662, 110294, 109939, 109596, 109265, 108945, 108635, 108334]
OFF = [7200, 6272, 4608, 2048, 0]
MULT = [32, 16, 8, 6, 6]
LEAD = [98304, 98304, 65536, 65536, 65536, 16, 14, 13, 11, 10]
POLY = [
    (489693536, -966086639, 1048652819, -1202555181, 638185482),
    (510971994, -1008958387, 1097593202, -1269255408, 208850025),
    (535062308, -1057614622, 1153468280, -1347876992, 1901851228),
    (562587223, -1113360216, 1217886707, -1442344496, 1417447081),
    (594357355, -1177895230, 1292890733, -1558625637, 896662126),
    (1364524482, 4157352, 893590920, 482307216, -56131990),
    (1594011413, 34197350, 980366094, 540913971, 14157698),
    (2059946197, 130876674, 1126841309, 628910107, -391651081),
    (669410721, 151375990, 657881394, 208981697, -111730420),
    (135763632, 134215538, 347443147, -134393924, 14235314),
]


def _horner(k, x):
    r = POLY[k][0]
    for coefficient in POLY[k][1:]:
        r = i32(((r * i16(x)) >> 16) + coefficient)
    return r


def norm_inv(u):
    """Inverse of the normal distribution, of an unsigned number of 32 bits; s16.15."""
    x = i16(u >> 16)
    if x <= -32737:
        r = LOW[x + 32768]
    elif x >= 32737:
        r = LOW[32768 - x]
    elif x == 0:
        return 0
    else:
        a = abs(x)
        sh = 32 - (32768 - a).bit_length() - 17
        k = 9 - sh
        if sh > 4:
            p = ((32768 - a) - (1 << (14 - sh))) << (sh + 1)
            v = _horner(k, p)
            r = LEAD[k] + (i32(((v >> 15) + ((v >> 14) & 1)) << 15) >> 16)
        else:
            z = 2 * (((a * a) >> 17) - OFF[4 - sh]) * MULT[4 - sh]
            r = i32(_horner(k, z) + i32(z << 14)) >> 16
            r += LEAD[k] << 13
            r = (r * a) >> 16
    return -r if x < 0 else r


ST = [0, 134130364, 267736951, 400298032, 531295957, 660219183, 786564267, 909837834, 1029558505]
ST += [1145258771, 1256486826, 1362808327, 1463808091, 1559091715, 1648287120, 1731045999]
CT = [0, -4192939, -16755382, -37638274, -66760066, -104007040, -149233746, -202263575, -262889447]
CT += [-330874618, -405953610, -487833239, -576193767, -670690148, -770953377, -876591926]


def _w(a, y):
    return (a * (y >> 16)) >> 16


def _r(v):
    return i16((v >> 16) + ((v >> 15) & 1))


def sin(x):
    """Sine of s16.15 radians."""
    n = ((x * 20861) >> 16) >> 13
    q = n & 7
    while n < 0:
        n, x = n + 7358, i32(x + 189364951)
    while n >= 7358:
        n, x = n - 7358, i32(x - 189364951)
    x = i32(x << 3)
    d = ((n * 21845) >> 16) >> 2
    n -= 12 * d
    x = i32(x - 2470649 * d)
    x = i32(x << 9)
    x = i32(x - 105414357 * n)
    if x < 0:
        x = i32(x + 105414357)
        q = (q + 7) % 8
    x = i32(x << 4)
    b = (x >> 27) + ((x >> 26) & 1)
    x = i32(i32(x - (b << 27)) << 5)
    c = ((x >> 16) ** 2) >> 10
    s = i32(ST[b] + _w(ST[b], -2 * c) + (x >> 5) + _w(CT[b], x >> 4))
    c = i32(c - CT[b] + _w(CT[b], 2 * c) + _w(ST[b], x >> 4))
    root = 1518500250
    s45 = (s * root) >> 31
    k = root - ((c * root) >> 31)
    if q == 0:
        return _r(s)
    if q == 1:
        return _r(i32(k + s45))
    if q == 2:
        return 32768 - _r(c)
    if q == 3:
        return _r(i32(k - s45))
    if q == 4:
        return _r(i32(-s))
    if q == 5:
        return _r(i32(-(k + s45)))
    if q == 6:
        return _r(c) - 32768
    return _r(i32(s45 - k))


class Generator:
    """Marsaglia's KISS64 as the machine has it."""

    def __init__(self, seed):
        self.x, self.y, self.z, self.c = (int(word) for word in seed)

    @staticmethod
    def fixed(seed):
        """A seed with the words that must not be changed to those that may."""
        x, y, z, c = (int(word) for word in seed)
        return [x, y or 13031301, z, c % 698769068 + 1]

    @property
    def state(self):
        return [self.x, self.y, self.z, self.c]

    def draw(self):
        self.x = (314527869 * self.x + 1234567) % 2**32
        y = self.y
        y ^= y << 5 & 0xFFFFFFFF
        y ^= y >> 7
        y ^= y << 22 & 0xFFFFFFFF
        self.y = y
        t = 4294584393 * self.z + self.c
        self.c, self.z = t >> 32, t % 2**32
        return (self.x + self.y + self.z) % 2**32

    def below(self, n):
        return (n * self.draw()) >> 32


def exponential(generator):
    """An exponential variate, s16.15 (von Neumann's method)."""
    a = 0
    while True:
        u = generator.draw()
        first = u
        while True:
            other = generator.draw()
            if u < other:
                return a + (first >> 17)
            u = generator.draw()
            if not u < other:
                break
        a += ONE


def poisson(generator, limit):
    """A Poisson count by products of uniform numbers until they are not above `limit` = e^-lambda."""
    p, n = 2**32 - 1, 0
    while True:
        n += 1
        p = (p * generator.draw()) >> 32
        if p <= limit:
            return n - 1
