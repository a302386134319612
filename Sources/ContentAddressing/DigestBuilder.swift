/// Turns a sequence of tagged fields into one digest; different sequences never encode to the same bytes.
///
/// Encoding, version 1. The digest is the SHA-256 of a header and then each field, in the order added:
///
///     field  = kind (1 byte) | length of tag (4 bytes) | tag | length of value (8 bytes) | value
///     header = the field with kind "v", tag "ripple.digest/1" and the domain as its value
///
/// Lengths are unsigned and little-endian. Kinds: `b` bytes, with text as its UTF-8; `i` a signed 64-bit integer,
/// little-endian; `f` a truth value, one byte 0 or 1; `d` a digest, 32 bytes; `l` the start of a list, its value the
/// count as for `i`; `n` an absent value, empty. As every part states its length, the bytes can be read back in one
/// way only: two builders agree exactly when their domains and fields do. A list's elements follow it as fields; its
/// count keeps two lists in a row apart.
///
/// The fields gather in one buffer that is hashed once, by `finish`, and kept for the next use.
package struct DigestBuilder {
    private var buffer: [UInt8]
    private let headerCount: Int

    /// `domain` names what is digested and the version of its layout, so that two kinds of thing never share a digest.
    package init(_ domain: StaticString) {
        var header: [UInt8] = []
        header.reserveCapacity(1024)
        DigestBuilder.appendPrefix("v", "ripple.digest/1", domain.utf8CodeUnitCount, to: &header)
        domain.withUTF8Buffer { header.append(contentsOf: $0) }
        buffer = header
        headerCount = header.count
    }

    package mutating func add(_ tag: StaticString, _ value: [UInt8]) {
        DigestBuilder.appendPrefix("b", tag, value.count, to: &buffer)
        buffer.append(contentsOf: value)
    }

    package mutating func add(_ tag: StaticString, _ value: some Collection<UInt8>) {
        DigestBuilder.appendPrefix("b", tag, value.count, to: &buffer)
        buffer.append(contentsOf: value)
    }

    /// The same field as the bytes of its UTF-8: a name reads alike whether it was held as text or as bytes.
    package mutating func add(_ tag: StaticString, _ value: String) {
        let bytes = value.utf8
        DigestBuilder.appendPrefix("b", tag, bytes.count, to: &buffer)
        buffer.append(contentsOf: bytes)
    }

    package mutating func add(_ tag: StaticString, _ value: Int) {
        addInteger("i", tag, value)
    }

    package mutating func add(_ tag: StaticString, _ value: Bool) {
        DigestBuilder.appendPrefix("f", tag, 1, to: &buffer)
        buffer.append(value ? 1 : 0)
    }

    package mutating func add(_ tag: StaticString, _ value: ContentDigest) {
        DigestBuilder.appendPrefix("d", tag, ContentDigest.byteCount, to: &buffer)
        value.append(to: &buffer)
    }

    /// States that a value is absent, which is different from an empty one.
    package mutating func addAbsent(_ tag: StaticString) {
        DigestBuilder.appendPrefix("n", tag, 0, to: &buffer)
    }

    /// Starts a list of `count` elements; the caller adds them next.
    package mutating func list(_ tag: StaticString, count: Int) {
        addInteger("l", tag, count)
    }

    /// The digest of all fields so far. Empties the builder for the next use, in the same domain.
    package mutating func finish() -> ContentDigest {
        let digest = ContentDigest.of(buffer)
        buffer.removeSubrange(headerCount...)
        return digest
    }

    private mutating func addInteger(_ kind: Unicode.Scalar, _ tag: StaticString, _ value: Int) {
        DigestBuilder.appendPrefix(kind, tag, 8, to: &buffer)
        withUnsafeBytes(of: Int64(value).littleEndian) { buffer.append(contentsOf: $0) }
    }

    private static func appendPrefix(
        _ kind: Unicode.Scalar, _ tag: StaticString, _ valueCount: Int, to buffer: inout [UInt8]
    ) {
        buffer.append(UInt8(ascii: kind))
        withUnsafeBytes(of: UInt32(tag.utf8CodeUnitCount).littleEndian) { buffer.append(contentsOf: $0) }
        tag.withUTF8Buffer { buffer.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt64(valueCount).littleEndian) { buffer.append(contentsOf: $0) }
    }
}
