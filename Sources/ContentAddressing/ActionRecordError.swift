package import Diagnostics

/// Why stored bytes are not a record that can be used.
package struct ActionRecordError: ClassifiedError, Equatable {
    package enum Code: Sendable, Hashable {
        /// The checksum does not match: bytes were lost or changed.
        case damaged
        /// Another version of the schema, presumably of a newer Ripple.
        case unknownSchema
        /// The checksum matches and the content is not what this version writes.
        case malformed
        /// It was stored under other keys than the one it was found under.
        case misplaced
    }

    package let code: Code
    /// What exactly is wrong, without a full stop.
    package let detail: String

    package var fault: FaultClass { .environment }

    package var message: String {
        switch code {
        case .damaged: "The action record is damaged: \(detail). It is not used."
        case .unknownSchema: "The action record has another format: \(detail). It is not used."
        case .malformed: "The action record cannot be used: \(detail)."
        case .misplaced: "The action record lies under a key that it was not stored under: \(detail). It is not used."
        }
    }
}
