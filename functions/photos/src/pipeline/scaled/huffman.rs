//! Huffman tables (ITU-T T.81, C and F.2.2), made for looking up whole coefficients, and several of them at once.

use super::bits::Bits;

/// Bits of an index into `symbols`: most codes are shorter.
const SYMBOL_BITS: u32 = 9;
/// Bits of an index into `coefficients`: code and value together.
const COEFFICIENT_BITS: u32 = 11;
/// Bits of an index into `skips`: two to three coefficients of a photo; tables of more no longer fit the fastest cache.
const SKIP_BITS: u32 = 12;
/// Coefficients of a block.
const BLOCK: u32 = 64;

/// One table, of either class.
pub(super) struct Huffman {
    /// Length of a code << 8 | its symbol, by the next bits; 0 where the code is longer.
    symbols: [u16; 1 << SYMBOL_BITS],
    /// Greatest code of each length and what to add to a code for its place in `values`.
    lengths: [(i32, i32); 17],
    values: Vec<u8>,
    /// Value << 16 | places to advance << 8 | bits, by the next bits; 0 where they are more.
    coefficients: Box<[u32; 1 << COEFFICIENT_BITS]>,
    /// As `skips_of` makes them, by the next bits.
    skips: Box<[u16; 1 << SKIP_BITS]>,
}

/// What comes next in a block.
pub(super) enum Next {
    /// Zeros and then this value: so many places on, counting its own.
    Coefficient(u32, i16),
    /// Nothing but zeros.
    End,
}

impl Huffman {
    /// From a DHT segment: how many codes there are of each length from 1 to 16, and their symbols; none if they are more
    /// than such codes can be.
    pub(super) fn new(counts: &[u8; 16], values: &[u8]) -> Option<Self> {
        let mut table = Self {
            symbols: [0; 1 << SYMBOL_BITS],
            lengths: [(-1, 0); 17],
            values: values.to_vec(),
            coefficients: Box::new([0; 1 << COEFFICIENT_BITS]),
            skips: Box::new([0; 1 << SKIP_BITS]),
        };
        let (mut code, mut values) = (0_u32, values.iter());
        for (length, count) in (1_u32..).zip(counts) {
            table.lengths[length as usize].1 = (table.values.len() - values.len()) as i32 - code as i32;
            for value in values.by_ref().take(usize::from(*count)) {
                if code >= 1 << length {
                    return None;
                }
                if length <= SYMBOL_BITS {
                    let rest = SYMBOL_BITS - length;
                    let same = (code << rest) as usize..((code + 1) << rest) as usize;
                    table.symbols[same].fill((length as u16) << 8 | u16::from(*value));
                }
                table.lengths[length as usize].0 = code as i32;
                code += 1;
            }
            code <<= 1;
        }
        for index in 0..1 << COEFFICIENT_BITS {
            table.coefficients[index] = table.coefficient_of(index as u32);
        }
        for index in 0..1 << SKIP_BITS {
            table.skips[index] = table.skips_of(index as u32);
        }
        Some(table)
    }

    fn coefficient_of(&self, index: u32) -> u32 {
        let bits = u64::from(index) << (64 - COEFFICIENT_BITS);
        let Some((length, symbol)) = self.symbol(bits) else { return 0 };
        let (run, size) = (symbol >> 4, symbol & 15);
        match (run, size) {
            _ if length + size > COEFFICIENT_BITS => 0,
            (0, 0) => length,
            (15, 0) => 16 << 8 | length,
            (_, 0) => 0,
            _ => (extended(bits << length, size) as u32) << 16 | (run + 1) << 8 | (length + size),
        }
    }

    /// As many coefficients as these bits hold whole: whether the block ends then << 15 | places to advance << 4 | bits.
    fn skips_of(&self, index: u32) -> u16 {
        let bits = u64::from(index) << (64 - SKIP_BITS);
        let (mut used, mut places) = (0, 0);
        while let Some((length, symbol)) = self.symbol(bits << used) {
            let (run, size) = (symbol >> 4, symbol & 15);
            if used + length + size > SKIP_BITS || places + run + 1 >= BLOCK || (size == 0 && !matches!(run, 0 | 15)) {
                break;
            }
            used += length + size;
            if symbol == 0 {
                return 1 << 15 | (places << 4 | used) as u16;
            }
            places += run + 1;
        }
        (places << 4 | used) as u16
    }

    /// The first code of these bits: its length and symbol.
    #[inline(always)]
    fn symbol(&self, bits: u64) -> Option<(u32, u32)> {
        match self.symbols[(bits >> (64 - SYMBOL_BITS)) as usize] {
            0 => self.long_symbol(bits),
            found => Some((u32::from(found >> 8), u32::from(found & 0xFF))),
        }
    }

    #[cold]
    fn long_symbol(&self, bits: u64) -> Option<(u32, u32)> {
        (SYMBOL_BITS + 1..=16).find_map(|length| {
            let code = (bits >> (64 - length)) as i32;
            let (greatest, offset) = self.lengths[length as usize];
            let at = usize::try_from(code + offset).ok().filter(|_| code <= greatest)?;
            Some((length, u32::from(*self.values.get(at)?)))
        })
    }

    /// Reads how much the first coefficient of a block differs from the one of the block before.
    #[inline(always)]
    pub(super) fn difference(&self, bits: &mut Bits<'_>) -> Option<i16> {
        bits.fill()?;
        let (length, size) = self.symbol(bits.peek())?;
        bits.take(length);
        // Table F.1 ends there.
        if size > 11 {
            return None;
        }
        let difference = extended(bits.peek(), size);
        bits.take(size);
        Some(difference)
    }

    /// Reads the next coefficient.
    #[inline(always)]
    pub(super) fn coefficient(&self, bits: &mut Bits<'_>) -> Option<Next> {
        bits.fill()?;
        let found = self.coefficients[(bits.peek() >> (64 - COEFFICIENT_BITS)) as usize];
        if found != 0 {
            bits.take(found & 0xFF);
            let places = found >> 8 & 0xFF;
            return Some(if places == 0 { Next::End } else { Next::Coefficient(places, (found >> 16) as i16) });
        }
        let (length, symbol) = self.symbol(bits.peek())?;
        bits.take(length);
        let (run, size) = (symbol >> 4, symbol & 15);
        match (run, size) {
            (0, 0) => return Some(Next::End),
            (0..15, 0) => return None,
            _ => {}
        }
        let value = extended(bits.peek(), size);
        bits.take(size);
        Some(Next::Coefficient(run + 1, value))
    }

    /// Passes over what is left of a block from `place` (1 to 64) on.
    #[inline(always)]
    pub(super) fn skip(&self, bits: &mut Bits<'_>, mut place: u32) -> Option<()> {
        while place < BLOCK {
            bits.fill()?;
            let found = u32::from(self.skips[(bits.peek() >> (64 - SKIP_BITS)) as usize]);
            let (ends, next, used) = (found >> 15, place + (found >> 4 & 0x7F), found & 15);
            // With the block full, what the table took for its next coefficients, or its end, belongs to another block.
            if used != 0 && next + ends <= BLOCK {
                bits.take(used);
                if ends != 0 {
                    return Some(());
                }
                place = next;
                continue;
            }
            match self.coefficient(bits)? {
                Next::End => return Some(()),
                Next::Coefficient(places, _) => place += places,
            }
        }
        (place == BLOCK).then_some(())
    }
}

/// The first `size` bits as a value (ITU-T T.81, F.2.2.1: EXTEND); `size` is at most 15.
#[inline(always)]
fn extended(bits: u64, size: u32) -> i16 {
    if size == 0 {
        return 0;
    }
    let value = (bits >> (64 - size)) as i32;
    let is_negative = value < 1 << (size - 1);
    (if is_negative { value - (1 << size) + 1 } else { value }) as i16
}
