internal import AffectedAnalysis
internal import ChangeDetection
internal import ContentAddressing
package import GitObjects
package import JSONText
internal import WorkspaceModel

/// Parts that several documents share. Names and order of members are the contract of the product's documents.
extension JSONObjectScope {
    /// A path: text, `.` for the root, or `{"bytes": "<base64>"}` when it is not UTF-8.
    package mutating func path(_ key: String, _ path: RepoPath) {
        if let text = path.documentText {
            member(key, text)
        } else {
            object(key) { $0.member("bytes", String(decoding: base64(path.bytes), as: UTF8.self)) }
        }
    }

    private mutating func places(_ key: String, _ places: [Evidence]) {
        array(key) { list in
            for place in places {
                list.object {
                    $0.path("path", place.path)
                    $0.member("line", place.line)
                }
            }
        }
    }

    mutating func side(_ key: String, _ side: Comparison.Side?) {
        guard let side else { return member(key, nil as String?) }
        object(key) {
            $0.member("commit", side.commit.map { "\($0)" })
            $0.member("tree", "\(side.tree)")
            $0.member("ref", side.ref)
            $0.member("how", side.how)
        }
    }

    /// `base`, `head`, `comparison` and `fallback`. With several merge bases the first is named as base.
    mutating func comparison(_ comparison: Comparison) {
        side("base", comparison.bases.first)
        side("head", comparison.head)
        member("comparison", comparison.kind.rawValue)
    }

    mutating func changes(_ changes: ChangeSet) {
        array("changes") { list in
            for change in changes.changes {
                list.object {
                    $0.path("path", change.path)
                    $0.member("status", change.status.rawValue)
                }
            }
        }
    }

    mutating func fallback(_ comparison: Comparison) {
        guard let fallback = comparison.fallback else { return member("fallback", nil as String?) }
        object("fallback") {
            $0.member("code", fallback.code)
            $0.member("message", fallback.message)
        }
    }

    mutating func widenings(_ comparison: Comparison, _ widenings: [Widening]) {
        array("widenings") { list in
            for note in comparison.notes {
                list.object {
                    $0.member("code", note.code)
                    $0.member("scope", "comparison")
                    $0.member("message", note.message)
                }
            }
            for widening in widenings {
                list.object {
                    $0.member("code", widening.code)
                    $0.member("scope", widening.scope)
                    $0.member("message", widening.message)
                }
            }
        }
    }

    mutating func reasons(_ reasons: [Reason]) {
        array("reasons") { list in
            for reason in reasons { list.object { $0.reason(reason) } }
        }
    }

    private mutating func reason(_ reason: Reason) {
        switch reason.cause {
        case .file(let path, let status, let namedBy):
            member("kind", "file")
            self.path("path", path)
            member("status", status.rawValue)
            if !namedBy.isEmpty { places("namedBy", namedBy) }
        case .dependency(let project, let chain):
            member("kind", "dependency")
            member("project", project)
            array("chain", chain)
        case .external(let package, let from, let to, let via):
            member("kind", "external")
            member("package", package)
            member("from", from)
            member("to", to)
            array("via", via)
        case .config(let path, let field):
            member("kind", "config")
            self.path("path", path)
            member("field", field)
        case .tool(let name, let path, let from, let to):
            member("kind", "tool")
            member("tool", name)
            self.path("path", path)
            member("from", from)
            member("to", to)
        case .newProject: member("kind", "new-project")
        case .moved(let from):
            member("kind", "moved")
            path("from", from)
        case .environment(let name):
            member("kind", "environment")
            member("name", name)
        case .toolchain(let command):
            member("kind", "toolchain")
            member("command", command)
        case .image(let name):
            member("kind", "image")
            member("image", name)
        case .fallback(let code):
            member("kind", "fallback")
            member("code", code)
        case .requested: member("kind", "requested")
        }
        array("tasks", reason.tasks)
    }
}
