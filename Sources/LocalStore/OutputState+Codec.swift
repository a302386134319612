internal import ContentAddressing

// The stored form, version 1. Integers are little-endian.
//
//     file  = "ripple.outputs-on-disk/1\n" | tasks: u32 | task... | SHA-256 of all before it (32 bytes)
//     task  = text(id) | output digest (32) | stamps: u32 | stamp...
//     stamp = text(path) | kind: u8 | trusted: u8 | content (32) | size, mtime, ctime: i64 | inode: u64 | mode: u32
//     text  = length: u32 | bytes
//
// Tasks are sorted by id, so equal states are equal bytes.

private let magic = Array("ripple.outputs-on-disk/1\n".utf8)

extension OutputState {
    static func encode(_ entries: [String: Entry]) -> [UInt8] {
        var bytes = magic
        bytes.reserveCapacity(64 + entries.values.reduce(0) { $0 + 128 + $1.stamps.count * 128 })
        bytes.append(integer: UInt32(entries.count))
        for (task, entry) in entries.sorted(by: { $0.key < $1.key }) {
            bytes.append(text: task.utf8)
            entry.outputDigest.append(to: &bytes)
            bytes.append(integer: UInt32(entry.stamps.count))
            for stamp in entry.stamps {
                bytes.append(text: stamp.path)
                bytes.append(stamp.kind.rawValue)
                bytes.append(stamp.isTrusted ? 1 : 0)
                stamp.content.append(to: &bytes)
                bytes.append(integer: stamp.size)
                bytes.append(integer: stamp.modified)
                bytes.append(integer: stamp.changed)
                bytes.append(integer: stamp.inode)
                bytes.append(integer: stamp.mode)
            }
        }
        ContentDigest.of(bytes).append(to: &bytes)
        return bytes
    }

    /// `nil` when the bytes are damaged or of another version.
    static func decode(_ bytes: [UInt8]) -> [String: Entry]? {
        bytes.withUnsafeBytes { all in
            let count = all.count - ContentDigest.byteCount
            guard count >= magic.count, all.starts(with: magic) else { return nil }
            let body = UnsafeRawBufferPointer(rebasing: all[..<count])
            let checksum = ContentDigest(UnsafeRawBufferPointer(rebasing: all[count...]))
            guard ContentDigest.of(body) == checksum else { return nil }
            var reader = ByteReader(bytes: body, offset: magic.count)
            return reader.entries()
        }
    }
}

/// Reads integers and texts in order; each answer is `nil` past the end.
private struct ByteReader {
    let bytes: UnsafeRawBufferPointer
    var offset: Int

    mutating func entries() -> [String: OutputState.Entry]? {
        guard let count = integer(UInt32.self) else { return nil }
        var entries: [String: OutputState.Entry] = [:]
        for _ in 0..<count {
            guard let task = text(), let outputDigest = digest(), let stampCount = integer(UInt32.self) else {
                return nil
            }
            var stamps: [OutputStamp] = []
            for _ in 0..<stampCount {
                guard let stamp = stamp() else { return nil }
                stamps.append(stamp)
            }
            entries[String(decoding: task, as: UTF8.self)] = OutputState.Entry(
                outputDigest: outputDigest, stamps: stamps)
        }
        return offset == bytes.count ? entries : nil
    }

    private mutating func stamp() -> OutputStamp? {
        guard let path = text(), let kind = integer(UInt8.self).flatMap(OutputStamp.Kind.init(rawValue:)),
            let trusted = integer(UInt8.self), let content = digest(), let size = integer(Int64.self),
            let modified = integer(Int64.self), let changed = integer(Int64.self), let inode = integer(UInt64.self),
            let mode = integer(UInt32.self)
        else { return nil }
        return OutputStamp(
            path: Array(path), kind: kind, content: content, size: size, modified: modified, changed: changed,
            inode: inode, mode: mode, isTrusted: trusted == 1)
    }

    private mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count <= bytes.count - offset else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    private mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_ type: Value.Type) -> Value? {
        take(MemoryLayout<Value>.size).map { Value(littleEndian: $0.loadUnaligned(as: type)) }
    }

    private mutating func text() -> UnsafeRawBufferPointer? {
        integer(UInt32.self).flatMap { take(Int($0)) }
    }

    private mutating func digest() -> ContentDigest? {
        take(ContentDigest.byteCount).flatMap { ContentDigest($0) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(integer value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(text: some Collection<UInt8>) {
        append(integer: UInt32(text.count))
        append(contentsOf: text)
    }
}
