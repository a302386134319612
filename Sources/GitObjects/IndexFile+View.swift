internal import Glibc

extension IndexFile {
    /// The entries and what they refer to, as pointers into the index: copied for nothing, where a reference would be counted
    /// a million times, by several threads at once. Valid as long as the index lives.
    package struct View: @unchecked Sendable {
        // The memory behind the pointers does not change while the index lives.
        package let entries: UnsafeBufferPointer<Entry>
        package let modification: (seconds: Int, nanoseconds: Int)
        private let ownRecords: UnsafeRawPointer
        private let sharedRecords: UnsafeRawPointer
        private let ownNames: UnsafeRawPointer
        private let sharedNames: UnsafeRawPointer
        private let idBytes: Int

        init(_ entries: [Entry], _ own: IndexMap, _ shared: IndexMap, idBytes: Int) {
            let copy = UnsafeMutableBufferPointer<Entry>.allocate(capacity: entries.count)
            _ = copy.initialize(from: entries)
            self.entries = UnsafeBufferPointer(copy)
            modification = own.modification
            ownRecords = own.records
            sharedRecords = shared.records
            ownNames = own.names.baseAddress ?? own.records
            sharedNames = shared.names.baseAddress ?? shared.records
            self.idBytes = idBytes
        }

        func deallocate() { entries.deallocate() }

        package func name(of entry: Entry) -> UnsafeRawBufferPointer {
            let names = entry.flags.rawValue & Flags.sharedName.rawValue != 0 ? sharedNames : ownNames
            return UnsafeRawBufferPointer(start: names + Int(entry.nameStart), count: Int(entry.nameCount))
        }

        private func record(of entry: Entry) -> UnsafeRawPointer {
            (entry.flags.rawValue & Flags.sharedRecord.rawValue != 0 ? sharedRecords : ownRecords) + Int(entry.offset)
        }

        package func mode(of entry: Entry) -> FileMode? { FileMode(rawMode: IndexMap.word(record(of: entry), 24)) }

        package func id(of entry: Entry) -> ObjectID {
            ObjectID(unchecked: UnsafeRawBufferPointer(start: record(of: entry) + 40, count: idBytes))
        }

        package func recordedStat(of entry: Entry) -> RecordedStat {
            let at = record(of: entry)
            return RecordedStat(
                changeSeconds: IndexMap.word(at, 0), changeNanoseconds: IndexMap.word(at, 4),
                modificationSeconds: IndexMap.word(at, 8), modificationNanoseconds: IndexMap.word(at, 12),
                inode: IndexMap.word(at, 20), userID: IndexMap.word(at, 28), groupID: IndexMap.word(at, 32),
                size: IndexMap.word(at, 36))
        }

        package func stage(of entry: Entry) -> UInt16 { IndexMap.half(record(of: entry), 40 + idBytes) >> 12 & 3 }

        /// The end of the run of entries from `start` whose names begin with `prefix`, within `range`.
        ///
        /// Searches in growing steps, so that a large directory costs few comparisons.
        package func end(ofPrefix prefix: UnsafeRawBufferPointer, from start: Int, in range: Range<Int>) -> Int {
            func matches(_ at: Int) -> Bool {
                let name = name(of: entries[at])
                guard name.count >= prefix.count, let one = name.baseAddress, let two = prefix.baseAddress else {
                    return false
                }
                return memcmp(one, two, prefix.count) == 0
            }
            var inside = start, step = 1
            while inside + step < range.upperBound, matches(inside + step) {
                inside += step
                step *= 2
            }
            var outside = min(inside + step, range.upperBound)
            while outside - inside > 1 {
                let middle = (inside + outside) / 2
                if matches(middle) { inside = middle } else { outside = middle }
            }
            return inside + 1
        }
    }
}
