package import Diagnostics
internal import Glibc

/// Why a store could not do what it was asked.
package struct StoreError: ClassifiedError, Equatable {
    package enum Code: Sendable, Hashable {
        /// The place cannot be written: a read-only file system, or no permission.
        case readOnly
        /// No space, or no quota, is left.
        case diskFull
        /// Stored bytes are not those that were stored.
        case corrupt
        /// Something is there and cannot be read.
        case unreadable
        /// Writing failed for another reason, such as a file where a directory should be.
        case unwritable
        /// What was asked for is not there.
        case missing
    }

    package let code: Code
    /// The file or directory concerned.
    package let path: String
    /// What the system or the check said, without a full stop; empty when the code says it all.
    package let detail: String

    package init(_ code: Code, path: String, detail: String = "") {
        self.code = code
        self.path = path
        self.detail = detail
    }

    package var fault: FaultClass { .environment }

    package var message: String {
        let reason = detail.isEmpty ? "" : ": \(detail)"
        return switch code {
        case .readOnly: "\(path) cannot be written\(reason). Make it writable, or choose another place."
        case .diskFull: "\(path) cannot be written because no space is left\(reason). Free some space."
        case .corrupt: "\(path) is damaged\(reason). It is not used."
        case .unreadable: "\(path) cannot be read\(reason)."
        case .unwritable: "\(path) cannot be written\(reason)."
        case .missing: "\(path) does not exist\(reason)."
        }
    }
}

extension StoreError {
    /// The error for a failed read, from `errno`.
    package static func reading(_ path: String, errno code: Int32) -> StoreError {
        code == ENOENT || code == ENOTDIR
            ? StoreError(.missing, path: path) : StoreError(.unreadable, path: path, detail: systemMessage(code))
    }

    /// The error for a failed write, from `errno`.
    package static func writing(_ path: String, errno code: Int32) -> StoreError {
        switch code {
        case ENOSPC, EDQUOT: StoreError(.diskFull, path: path, detail: systemMessage(code))
        case EROFS, EACCES, EPERM: StoreError(.readOnly, path: path, detail: systemMessage(code))
        default: StoreError(.unwritable, path: path, detail: systemMessage(code))
        }
    }

    private static func systemMessage(_ code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            buffer[0] = 0
            guard let start = buffer.baseAddress, strerror_r(code, start, 256) == 0 else { return "error \(code)" }
            return String(cString: start)
        }
    }
}
