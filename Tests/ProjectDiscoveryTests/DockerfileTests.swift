import GitObjects
import Testing

@testable import ProjectDiscovery

@Suite("Dockerfiles")
struct DockerfileTests {
    private func sources(_ text: String, _ arguments: [String: String] = [:]) throws -> [String] {
        try dockerBuild("FROM scratch\n" + text, arguments).sources.map {
            $0.path.replacing(String(DockerVariables.unknown), with: "?") + ":\($0.line)"
        }
    }

    @Test(
        "what an instruction copies",
        arguments: [
            ("COPY a b /x/", ["a:2", "b:2"]),
            ("copy --chown=1:1 --link a /x", ["a:2"]),
            (#"COPY ["a b", "c", "/x/"]"#, ["a b:2", "c:2"]),
            ("ADD https://h/x.tgz git@h:o/r.git#v local.tgz /x/", ["local.tgz:2"]),
            ("COPY --from=node:20 /usr/bin/node /x", []),
            ("COPY a \\\n  # a comment\n\n  b \\\n  /x\nCOPY c /x", ["a:2", "b:2", "c:7"]),
            ("COPY a <<EOF b /x/\nCOPY no /x\nEOF\nCOPY c /x", ["a:2", "b:2", "c:5"]),
            ("RUN <<-\"END\" sh\n\tCOPY no /x\n\tEND\nCOPY c /x", ["c:5"]),
            ("RUN cat <<NEVER\nCOPY c /x", ["c:3"]),
            ("RUN --mount=type=bind,source=go.mod,target=/m --mount=type=cache,target=/c x", ["go.mod:2"]),
            ("RUN --mount=target=. x", [":2"]),
            ("RUN --mount=type=bind,from=golang:1,source=/a,target=/b x", []),
            ("ENTRYPOINT [\"COPY\", \"a\", \"b\"]\nLABEL x=\"COPY a b\"", []),
        ])
    func copies(_ text: String, _ expected: [String]) throws { #expect(try sources(text) == expected) }

    @Test("the escape directive changes how lines continue")
    func escape() throws {
        let build = try dockerBuild("# syntax=x\n# escape=`\nFROM scratch\nCOPY a `\n  b c:\\x\\\nCOPY d c:\\\n")
        #expect(build.sources.map(\.path) == ["a", "b", "d"])
        // A comment before it makes it a comment.
        #expect(try dockerBuild("# A comment.\n# escape=`\nFROM scratch\nCOPY a \\\n b /x").sources.count == 2)
    }

    @Test(
        "variables",
        arguments: [
            ("ARG A=x\nCOPY $A/f ${A}g /", ["x/f:3", "xg:3"]),
            ("ENV A=x B=\"y z\"\nCOPY ${B:-q} ${C:-$A} '$A' /", ["y z:3", "x:3", "$A:3"]),
            ("ENV A x y\nCOPY \\$A ${A:+w} ${C+w} /", ["$A:3", "w:3", "?:3"]),
            ("ARG A\nCOPY apps/$A/x ${A:?none} /", ["apps/?/x:3", "?:3"]),
            ("ARG A=a.b\nCOPY ${A%.b} ${A/a/c} /", ["?:3", "?:3"]),
            ("ARG A=one\nARG B=${A}/two\nCOPY $B /", ["one/two:4"]),
        ])
    func variables(_ text: String, _ expected: [String]) throws { #expect(try sources(text) == expected) }

    @Test("arguments given from outside win over defaults, the environment over arguments")
    func arguments() throws {
        #expect(try sources("ARG A=x\nCOPY $A /", ["A": "y"]) == ["y:3"])
        #expect(try sources("ARG A=x\nENV A=z\nCOPY $A /", ["A": "y"]) == ["z:4"])
    }

    @Test("an argument before the first stage counts where a stage takes it up")
    func globalArguments() throws {
        let build = try dockerBuild(
            "ARG V=1\nFROM base:$V AS a\nCOPY $V /\nARG V\nCOPY x$V /\nENV W=2\nFROM a AS b\nCOPY y$W /\nFROM c\nCOPY z$W /"
        )
        #expect(build.images.map(\.reference) == ["base:1", "c"])
        let paths = build.sources.map { $0.path.replacing(String(DockerVariables.unknown), with: "?") }
        #expect(paths == ["?", "x1", "y2", "z?"])
    }

    @Test("stages are told from images, by name in any case and by number")
    func stages() throws {
        let build = try dockerBuild(
            "FROM golang:1 AS Build\nFROM build\nCOPY --from=BUILD /a /\nCOPY --from=0 /b /\nCOPY --from=tools:2 /c /\n"
                + "COPY --from=shared lib /\nFROM scratch", contexts: ["shared"])
        #expect(build.images == [.init(reference: "golang:1", line: 1), .init(reference: "tools:2", line: 5)])
        #expect(build.named == ["shared": [.init(path: "lib", line: 6)]])
        #expect(build.sources.isEmpty)
    }

    @Test("an image may say what is copied by those built on it")
    func triggers() throws {
        #expect(try dockerBuild("FROM x\nONBUILD COPY . /app").hasTriggers)
        #expect(try !dockerBuild("FROM x\nONBUILD ENV a=b").hasTriggers)
    }

    @Test("a file that is no Dockerfile says where")
    func broken() {
        #expect(throws: DockerProblem(line: 3, problem: "the file has merge conflict markers")) {
            try dockerBuild("FROM x\nRUN a \\\n<<<<<<< HEAD\n  b\n")
        }
        #expect(throws: DockerProblem(line: nil, problem: "the file is not UTF-8 text")) {
            try Dockerfile(parsing: [0xFF, 0xFE])
        }
    }

    @Test("images by name: tags do not count, what is not known may be anything")
    func references() {
        let built = ImageReference("acme/base:dev"), unknown = DockerVariables.unknown
        for name in ["acme/base", "docker.io/acme/base@sha256:00", "\(unknown)/base:1", "acme/\(unknown)se"] {
            #expect(ImageReference(name).mayBe(built), "\(name)")
        }
        for name in ["base", "acme/base2", "registry:5000/acme/base", "\(unknown)/other", "acme/\(unknown)x"] {
            #expect(!ImageReference(name).mayBe(built), "\(name)")
        }
        #expect(ImageReference("\(unknown)").isUnknown)
    }

    @Test("damaged Dockerfiles neither crash nor hang")
    func fuzz() {
        let sample = Array(
            "# escape=\\\nARG A=1\nFROM a:$A AS b\nCOPY --from=b [\"x\", \"y\"]\nRUN <<EOF\nz\nEOF\nENV A=${B:-${C}} D='e'\n"
                .utf8)
        mutations(of: sample, seed: 20_251) { bytes in
            guard let file = try? Dockerfile(parsing: bytes) else { return }
            _ = DockerBuild(file)
            _ = DockerIgnore(parsing: bytes)
        }
    }
}
