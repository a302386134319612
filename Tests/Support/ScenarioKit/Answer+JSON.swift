internal import Foundation

/// A document that does not have the form it must have.
package struct DocumentProblem: Error, CustomStringConvertible {
    package var description: String
}

/// A JSON object with members that must be there.
package struct Document {
    let members: [String: Any]

    package init(parsing bytes: [UInt8]) throws {
        guard let members = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw DocumentProblem(description: "The document is no object.")
        }
        self.members = members
    }

    init(_ members: [String: Any]) { self.members = members }

    private func member<Value>(_ key: String, as type: Value.Type) throws -> Value {
        guard let value = members[key] as? Value else {
            throw DocumentProblem(description: "The member '\(key)' is missing or of another type in \(members).")
        }
        return value
    }

    package func text(_ key: String) throws -> String { try member(key, as: String.self) }
    package func number(_ key: String) throws -> Int { try member(key, as: NSNumber.self).intValue }
    package func texts(_ key: String) throws -> [String] { try member(key, as: [String].self) }
    package func object(_ key: String) throws -> Document { Document(try member(key, as: [String: Any].self)) }
    package func objects(_ key: String) throws -> [Document] {
        try member(key, as: [[String: Any]].self).map { Document($0) }
    }

    /// A member that may be null, but must be there.
    package func optionalText(_ key: String) throws -> String? {
        try member(key, as: Any.self) is NSNull ? nil : text(key)
    }

    package func optionalObject(_ key: String) throws -> Document? {
        try member(key, as: Any.self) is NSNull ? nil : object(key)
    }

    /// A path, in the form `Answer` uses.
    package func path(_ key: String) throws -> String {
        if let text = members[key] as? String { return text }
        return "bytes:" + (try object(key).text("bytes"))
    }
}

extension Answer {
    /// Reads a `ripple.affected/1` document.
    package init(document bytes: [UInt8]) throws {
        let document = try Document(parsing: bytes)
        guard try document.text("schema") == "ripple.affected/1" else {
            throw DocumentProblem(description: "The document is not ripple.affected/1.")
        }
        changes = try document.objects("changes").map { try "\($0.path("path")) \($0.text("status"))" }
        projects = try document.objects("projects").map { project in
            try Project(
                id: project.text("id"), path: project.path("path"), type: project.text("type"),
                reasons: project.objects("reasons").map { try Reason($0) }, distance: project.number("distance"),
                tasks: project.texts("tasks"))
        }
        removed = try document.objects("removed").map { try "\($0.text("id")) at \($0.path("path"))" }
        fallback = try document.optionalObject("fallback").map { try $0.text("code") }
        widenings = try document.objects("widenings").map {
            try "\($0.text("code")) \($0.text("scope")): \($0.text("message"))"
        }
    }
}

extension Answer.Reason {
    package init(_ document: Document) throws {
        let kind = try document.text("kind")
        chain = []
        switch kind {
        case "file":
            text = try "file \(document.path("path")) \(document.text("status"))"
            if document.members["namedBy"] != nil {
                chain = try document.objects("namedBy").map { place in
                    "\(try place.path("path")):\((try? place.number("line")) ?? 0)"
                }
            }
        case "tool":
            let (from, to) = (try document.optionalText("from"), try document.optionalText("to"))
            text = try "tool \(document.path("path")) \(document.text("tool")) \(from ?? "-") \(to ?? "-")"
        case "dependency":
            text = try "dependency \(document.text("project"))"
            chain = try document.texts("chain")
        case "external":
            let (from, to) = (try document.optionalText("from"), try document.optionalText("to"))
            text = try "external \(document.text("package")) \(from ?? "-") \(to ?? "-")"
        case "config": text = try "config \(document.path("path")) \(document.text("field"))"
        case "moved": text = try "moved \(document.path("from"))"
        case "environment": text = try "environment \(document.text("name"))"
        case "toolchain": text = try "toolchain \(document.text("command"))"
        case "image": text = try "image \(document.text("image"))"
        case "fallback": text = try "fallback \(document.text("code"))"
        case "new-project", "requested": text = kind
        default: throw DocumentProblem(description: "A reason has the unknown kind '\(kind)'.")
        }
        tasks = try document.texts("tasks")
    }
}
