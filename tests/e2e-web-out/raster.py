# SPDX-License-Identifier: Apache-2.0
"""Pictures as rows of grey values, with the standard library only."""
import struct
import zlib


def chunks(data):
    at = 8
    while at < len(data):
        n, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + n]
        if struct.unpack(">I", data[at + 8 + n:at + 12 + n])[0] != zlib.crc32(kind + body):
            raise ValueError("checksum of %r" % kind)
        yield kind.decode(), body
        at += 12 + n


class Png:
    def __init__(self, data):
        if data[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError("no PNG")
        self.chunks = list(chunks(data))
        self.width, self.height, depth, self.color = struct.unpack(">IIBB", self.chunks[0][1][:10])
        if depth != 8 or self.color not in (0, 2, 6):
            raise ValueError("depth %d, colour %d" % (depth, self.color))
        self.samples = {0: 1, 2: 3, 6: 4}[self.color]
        self.raw = zlib.decompress(b"".join(body for kind, body in self.chunks if kind == "IDAT"))

    def dpi(self):
        for kind, body in self.chunks:
            if kind == "pHYs" and body[8] == 1:
                return tuple(v * 0.0254 for v in struct.unpack(">II", body[:8]))
        return None

    def rows(self):
        step, line = self.samples, self.width * self.samples
        before = bytearray(line)
        for y in range(self.height):
            start = y * (line + 1)
            how, row = self.raw[start], bytearray(self.raw[start + 1:start + 1 + line])
            for x in range(line if how else 0):
                left = row[x - step] if x >= step else 0
                above, corner = before[x], before[x - step] if x >= step else 0
                if how == 1:
                    row[x] = (row[x] + left) & 255
                elif how == 2:
                    row[x] = (row[x] + above) & 255
                elif how == 3:
                    row[x] = (row[x] + (left + above) // 2) & 255
                else:
                    p = left + above - corner
                    a, b, c = abs(p - left), abs(p - above), abs(p - corner)
                    row[x] = (row[x] + (left if a <= b and a <= c else above if b <= c else corner)) & 255
            before = row
            yield bytes(row[1::step] if step > 1 else row)  # green stands for grey


def pgm(data):
    head, at = [], 0
    while len(head) < 4:
        end = min(i for i in (data.find(c, at) for c in (b" ", b"\n")) if i >= 0)
        head.append(data[at:end])
        at = end + 1
    width, height = int(head[1]), int(head[2])
    return [data[at + y * width:at + (y + 1) * width] for y in range(height)]


def blocks(rows, across=60, down=84):
    """Mean grey of a grid of blocks."""
    rows = list(rows)
    out = []
    for b in range(down):
        band = rows[b * len(rows) // down:(b + 1) * len(rows) // down]
        for a in range(across):
            lo, hi = a * len(rows[0]) // across, (a + 1) * len(rows[0]) // across
            out.append(sum(sum(row[lo:hi]) for row in band) / max(1, (hi - lo) * len(band)))
    return out


def distance(one, two):
    """(mean, largest) difference of blocks."""
    apart = [abs(a - b) for a, b in zip(one, two)]
    return sum(apart) / len(apart), max(apart)
