package import ChangeDetection
internal import ContentAddressing
internal import GitObjects
internal import JSONText
package import WorkspaceChecks
internal import WorkspaceModel

/// `ripple.check/1`: what is wrong with a workspace, or worth knowing.
package struct CheckDocument {
    private let findings: [Finding]
    private let head: Comparison.Side

    package init(_ findings: [Finding], head: Comparison.Side) {
        self.findings = findings
        self.head = head
    }

    package func json() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.member("schema", "ripple.check/1")
            document.side("head", head)
            document.object("counts") { counts in
                for severity in Finding.Severity.allCases {
                    counts.member(severity.rawValue, findings.count { $0.severity == severity })
                }
            }
            document.array("findings") { list in
                for finding in findings {
                    list.object { item in
                        item.member("code", finding.code.rawValue)
                        item.member("severity", finding.severity.rawValue)
                        item.member("project", finding.project)
                        item.member("target", finding.target)
                        item.member("message", finding.message)
                        item.member("advice", finding.advice)
                        item.array("evidence") { places in
                            for place in finding.evidence {
                                places.object {
                                    $0.path("path", place.path)
                                    $0.member("line", place.line)
                                }
                            }
                        }
                        item.array("files") { files in
                            for file in finding.files { files.path(file) }
                        }
                    }
                }
            }
        }
        return writer.finish()
    }
}

extension JSONArrayScope {
    /// A path as documents write it.
    fileprivate mutating func path(_ path: RepoPath) {
        if let text = path.documentText { return element(text) }
        object { $0.member("bytes", String(decoding: base64(path.bytes), as: UTF8.self)) }
    }
}
