import GitObjects
import ProjectDiscovery
import Testing
import WorkspaceModel

@Suite("pnpm-lock.yaml")
struct LockfilePnpmTests {
    static let version9 = """
        ---
        lockfileVersion: '9.0'

        importers:

          .:
            packageManagerDependencies:
              pnpm:
                specifier: 12.0.0
                version: 12.0.0

        ---
        lockfileVersion: '9.0'

        settings:
          autoInstallPeers: true

        catalogs:
          default:
            react:
              specifier: ^18.0.0
              version: 18.2.0

        patchedDependencies:
          left@1.0.0:
            hash: abc
            path: patches/left.patch

        importers:

          .:
            devDependencies:
              typescript:
                specifier: ^5.0.0
                version: 5.4.0
              prettier:
                specifier: ^3.0.0
                version: 3.0.0

          p/a:
            dependencies:
              '@s/view':
                specifier: ^1.0.0
                version: 1.0.0(react@18.2.0)
              b:
                specifier: workspace:*
                version: link:../b
              left:
                specifier: ^1.0.0
                version: 1.0.0(patch_hash=abc)

          p/b:
            dependencies:
              '@s/view':
                specifier: ^1.0.0
                version: 1.0.0(react@17.0.0)
              alias:
                specifier: npm:left@^2.0.0
                version: left@2.0.0
              fork:
                specifier: github:o/fork
                version: https://codeload.github.com/o/fork/tar.gz/0123

        packages:

          '@s/view@1.0.0':
            resolution: {integrity: sha512-V}
            peerDependencies:
              react: '*'

          fork@https://codeload.github.com/o/fork/tar.gz/0123:
            resolution: {tarball: https://codeload.github.com/o/fork/tar.gz/0123}
            version: 0.3.0

          left@1.0.0:
            resolution: {integrity: sha512-L1}
            engines: {node: '>=18'}
            deprecated: |-
              no longer:
                kept

          left@2.0.0:
            resolution: {integrity: sha512-L2}
            deprecated: use 'right': it is better

          prettier@3.0.0:
            resolution: {integrity: sha512-P}

          react@17.0.0:
            resolution: {integrity: sha512-R17}

          react@18.2.0:
            resolution: {integrity: sha512-R18}

          typescript@5.4.0:
            resolution: {integrity: sha512-T}

        snapshots:

          '@s/view@1.0.0(react@17.0.0)':
            dependencies:
              react: 17.0.0

          '@s/view@1.0.0(react@18.2.0)':
            dependencies:
              react: 18.2.0

          fork@https://codeload.github.com/o/fork/tar.gz/0123: {}

          left@1.0.0(patch_hash=abc): {}

          left@2.0.0:
            optional: true

          prettier@3.0.0: {}

          react@17.0.0: {}

          react@18.2.0: {}

          typescript@5.4.0: {}

        """.replacing("use 'right': it is better", with: "use the other")

    static let a = #"{ "@s/view": "^1.0.0", "b": "workspace:*", "left": "^1.0.0" }"#
    static let b = #"{ "@s/view": "^1.0.0", "alias": "npm:left@^2.0.0", "fork": "github:o/fork" }"#
    static let root = #"{ "typescript": "^5.0.0", "prettier": "^3.0.0" }"#

    static func version9(_ old: String = "", _ new: String = "") throws -> Discovery {
        try lockedWorkspace("pnpm-lock.yaml", version9.replacing(old, with: new), a: a, b: b, root: root)
    }

    @Test(
        "version 9: peers are told apart, aliases, tarballs and patches are followed, links count through their edges")
    func read() throws {
        let found = try LockfilePnpmTests.version9()
        #expect(found.reach("p/a") == ["@s/view@1.0.0", "left@1.0.0", "react@18.2.0", "typescript@5.4.0"])
        #expect(
            found.reach("p/b") == ["@s/view@1.0.0", "fork@0.3.0", "left@2.0.0", "react@17.0.0", "typescript@5.4.0"])
        #expect(found.reach(".") == ["prettier@3.0.0", "typescript@5.4.0"])
    }

    @Test(
        "an edit reaches exactly who resolves to it",
        arguments: [
            ("sha512-R17", "sha512-R", ["p/b"]), ("sha512-R18", "sha512-R", ["p/a"]),
            ("patch_hash=abc", "patch_hash=abd", ["p/a"]), ("tar.gz/0123", "tar.gz/4567", ["p/b"]),
            ("sha512-P", "sha512-Q", ["."]), ("sha512-T", "sha512-U", [".", "p/a", "p/b"]),
            ("pnpm:\n        specifier: 12.0.0", "pnpm:\n        specifier: 12.0.1", []),
            ("specifier: ^1.0.0", "specifier: ~1.0.0", []), ("use the other", "use another", []),
            ("node: '>=18'", "node: '>=20'", []),
        ])
    func edits(_ old: String, _ new: String, _ expected: [String]) throws {
        let before = try LockfilePnpmTests.version9(), after = try LockfilePnpmTests.version9(old, new)
        #expect([".", "p/a", "p/b"].filter { before.digest($0) != after.digest($0) } == expected)
        #expect(after.reach("p/a").first?.hasPrefix("whole") == false)
    }

    @Test("versions 5 and 6 spell keys with a slash, with peers behind '_' or in brackets")
    func olderVersions() throws {
        let version5 = """
            lockfileVersion: 5.4

            importers:
              .:
                specifiers: {}
              p/a:
                specifiers:
                  '@s/view': ^1.0.0
                dependencies:
                  '@s/view': 1.0.0_react@18.2.0
                  b: link:../b
                devDependencies:
                  alias: /left/2.0.0
              p/b:
                specifiers: {}

            packages:

              /@s/view/1.0.0_react@18.2.0:
                resolution: {integrity: sha512-V}
                dependencies:
                  react: 18.2.0
                dev: false

              /left/2.0.0:
                resolution: {integrity: sha512-L}
                dev: true

              /react/18.2.0:
                resolution: {integrity: sha512-R}
                dev: false
            """
        let version6 = """
            lockfileVersion: '6.0'

            importers:
              .: {}
              p/a:
                dependencies:
                  '@s/view':
                    specifier: ^1.0.0
                    version: 1.0.0(react@18.2.0)
                  b:
                    specifier: workspace:*
                    version: link:../b
                  alias:
                    specifier: npm:left@2
                    version: /left@2.0.0
              p/b: {}

            packages:

              /@s/view@1.0.0(react@18.2.0):
                resolution: {integrity: sha512-V}
                dependencies:
                  react: 18.2.0
                dev: false

              /left@2.0.0:
                resolution: {integrity: sha512-L}

              /react@18.2.0:
                resolution: {integrity: sha512-R}
            """
        let a = #"{ "@s/view": "^1.0.0", "b": "workspace:*", "alias": "npm:left@2" }"#
        let five = try lockedWorkspace("pnpm-lock.yaml", version5, a: a)
        let six = try lockedWorkspace("pnpm-lock.yaml", version6, a: a)
        #expect(five.reach("p/a") == ["@s/view@1.0.0", "left@2.0.0", "react@18.2.0"])
        #expect(five.reach("p/b") == [])
        #expect(six.reach("p/a") == five.reach("p/a"))
        #expect(six.digest("p/a") == five.digest("p/a"))
    }

    @Test(
        "what is not understood counts as a whole and says why",
        arguments: [
            ("", "whole: the file is empty"), ("a: b", "whole: 'lockfileVersion' is missing"),
            ("lockfileVersion: '8.0'", "whole: version 8.0 of the format is not known"),
            ("lockfileVersion: '9.0'\n<<<<<<< ours\n", "whole: there is a merge conflict marker (line 2)"),
            (
                "lockfileVersion: '9.0'\nx: &a [1]\ny: *a\n",
                "whole: an anchor, an alias or a tag is not read in a lockfile (line 2)"
            ),
            ("lockfileVersion: '9.0'\nimporters:\n  .: {}\n", "whole: it does not hold p/a"),
            (
                "lockfileVersion: '9.0'\nimporters:\n  p/a:\n    dependencies:\n      x: 1.0.0\n",
                "whole: 'x' is '1.0.0', which the file does not describe (line 5)"
            ),
            (
                "lockfileVersion: '9.0'\na:\n  b: 1\n c: 2\n",
                "whole: this line is not indented as those around it (line 4)"
            ),
            ("lockfileVersion: '9.0'\na: 1\na: 2\n", "whole: 'a' is there twice (line 3)"),
        ])
    func whole(_ lock: String, _ expected: String) throws {
        #expect(try lockedWorkspace("pnpm-lock.yaml", lock, a: #"{ "x": "1" }"#).reach("p/a") == [expected])
    }

    @Test("formatters may use other quotes, comments, long keys and lists over several lines")
    func formats() throws {
        let lock = """
            # written by hand
            lockfileVersion: "9.0"
            importers: # all of them
              .: {}
              p/b: {}
              "p/a":
                dependencies:
                  x: { specifier: ^1.0.0, version: "1.0.0" }
            packages:
              ? 'x@1.0.0'
              : resolution:
                  {
                    integrity: sha512-X,
                  }
                cpu:
                - x64
                - arm64
            snapshots:
              x@1.0.0: {}
            ...
            """
        let found = try lockedWorkspace("pnpm-lock.yaml", lock, a: #"{ "x": "^1.0.0" }"#)
        #expect(found.reach("p/a") == ["x@1.0.0"])
        let plain = lock.replacing(
            "\n        {\n          integrity: sha512-X,\n        }", with: " {integrity: sha512-X}")
        #expect(
            try lockedWorkspace("pnpm-lock.yaml", plain, a: #"{ "x": "^1.0.0" }"#).digest("p/a") == found.digest("p/a"))
        let windows = lock.replacing("\n", with: "\r\n")
        #expect(
            try lockedWorkspace("pnpm-lock.yaml", windows, a: #"{ "x": "^1.0.0" }"#).digest("p/a")
                == found.digest("p/a"))
    }
}
