import Testing

@testable import ProjectDiscovery

/// What the scanner finds in texts whose answer is known.
@Suite("Imports of JavaScript and TypeScript")
struct JavaScriptImportTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        /// `line kind specifier`, `-` for a computed one.
        var expected: [String]
        var dialect = JavaScriptImports.Dialect.jsx
        var testDescription: String { text }

        init(_ text: String, _ expected: [String], _ dialect: JavaScriptImports.Dialect = .jsx) {
            self.text = text
            self.expected = expected
            self.dialect = dialect
        }
    }

    static func list(_ text: String, _ dialect: JavaScriptImports.Dialect = .jsx) -> [String] {
        JavaScriptImports.scan(Array(text.utf8), as: dialect).imports
            .map { "\($0.line) \($0.kind.rawValue) \($0.specifier ?? "-")" }
    }

    static let statements = [
        Case("import a from 'm'", ["1 binding m"]),
        Case("import {a, b as c} from \"m\";\nimport * as d from 'n'", ["1 binding m", "2 binding n"]),
        Case("import e, {\n  f, // one\n  g /* two */,\n} from 'm'", ["1 binding m"]),
        Case("import e, * as g from 'm'", ["1 binding m"]),
        Case("import {} from 'm'", ["1 binding m"]),
        Case("import {\"a b\" as c, type D} from 'm'", ["1 binding m"]),
        Case("import'm';import\"n\"", ["1 sideEffect m", "1 sideEffect n"]),
        Case("import a from'm';import{b}from\"n\"", ["1 binding m", "1 binding n"]),
        Case("import data from './d.json' with { type: 'json' }", ["1 binding ./d.json"]),
        Case("import defer * as a from 'm'", ["1 binding m"]),
        Case("import type { A } from 'm'\nimport type B from 'n'", ["1 typeOnly m", "2 typeOnly n"]),
        Case("import typeof C from 'm'", ["1 typeOnly m"]),
        Case("import type from 'm'\nimport type, { a } from 'n'", ["1 binding m", "2 binding n"]),
        Case("import type from from 'm'", ["1 typeOnly m"]),
        Case("import type * as N from 'm'", ["1 typeOnly m"]),
        Case("export * from 'm'\nexport * as x from 'n'", ["1 reexport m", "2 reexport n"]),
        Case("export { a, b as default } from 'm'", ["1 reexport m"]),
        Case("export type { A } from 'm'\nexport type * from 'n'", ["1 typeOnly m", "2 typeOnly n"]),
        Case("export { a }\nfrom\n'm'", ["1 reexport m"]),
        Case("import x = require('m')\nexport import y = require(\"n\")", ["1 importEquals m", "2 importEquals n"]),
        Case("import x = A.B\nimport y from 'm'", ["2 binding m"]),
        Case("#!/usr/bin/env node\nimport 'm'", ["2 sideEffect m"]),
        Case("\u{FEFF}import 'm'", ["1 sideEffect m"]),
        Case("import 'a\\x62c\\u{64}'", ["1 sideEffect abcd"]),
        Case("import 'ä'", ["1 sideEffect ä"]),
    ]

    static let calls = [
        Case("const a = await import('m')", ["1 dynamic m"]),
        Case("import(/* webpackChunkName: \"x\" */ 'm').then(f)", ["1 dynamic m"]),
        Case("import(`m`)", ["1 dynamic m"]),
        Case("import('m', { with: {} })", ["1 dynamic m"]),
        Case("import(`./${name}.js`)", ["1 dynamic -"]),
        Case("import('./a/' + name)", ["1 dynamic -"]),
        Case("import(name)\nimport(import('m'))", ["1 dynamic -", "2 dynamic -", "2 dynamic m"]),
        Case("type T = typeof import('m')", ["1 dynamic m"], .typeScript),
        Case("const a = require('m')", ["1 require m"]),
        Case("require.resolve('m'); import.meta.resolve(\"n\")", ["1 resolve m", "1 resolve n"]),
        Case("module.require('m')", ["1 require m"]),
        Case("require(x)", ["1 require -"]),
        Case("a.require('m'); b.import('n'); c?.require('o'); this.#require('p')", []),
        Case("[...require('m')]", ["1 require m"]),
        Case("import.meta.url; import.meta.env.X", []),
        Case("({ import: 'm', require: 'n', export: 'o' })", []),
    ]

    static let surroundings = [
        Case("// import 'm'\n/* import 'n' */\nimport 'o'", ["3 sideEffect o"]),
        Case("const a = \"import 'm'\", b = 'require(\"n\")'", []),
        Case("const a = 'it\\'s', b = require('m')", ["1 require m"]),
        Case(
            "const a = `import 'm' ${require('n')} ${`${import('o')}`} require('p')`; import 'q'",
            ["1 require n", "1 dynamic o", "1 sideEffect q"]),
        Case("const a = `\\`${'}'}`; import 'm'", ["1 sideEffect m"]),
        Case("const a = `${{ b: { c: 1 } }}`; import 'm'", ["1 sideEffect m"]),
        Case("const r = /'/; import 'm'", ["1 sideEffect m"]),
        Case("const r = /[/'\"`]/g.test(x) / 2; import 'm'", ["1 sideEffect m"]),
        Case("a = b / c; d = '/'; import 'm'", ["1 sideEffect m"]),
        Case("if (x) /`/.test(y); import 'm'", ["1 sideEffect m"]),
        Case("for await (const x of y) /`/.test(x); import 'm'", ["1 sideEffect m"]),
        Case("(a) / `b`.length; import 'm'", ["1 sideEffect m"]),
        Case("function f() {}\n/`/.test(y); import 'm'", ["2 sideEffect m"]),
        Case("const o = {} / `2`.length; import 'm'", ["1 sideEffect m"]),
        Case("return /`/; import 'm'", ["1 sideEffect m"]),
        Case("a++ / `b`.length; import 'm'", ["1 sideEffect m"]),
        Case("a! / `b`.length; import 'm'", ["1 sideEffect m"], .typeScript),
        Case("<!-- import 'l'\n--> import 'm'\nimport 'n'", ["3 sideEffect n"]),
        Case("while (n --> 0) require('m')", ["1 require m"]),
    ]

    static let elements = [
        Case("const a = <p>Don't import 'm' ` {require('n')}</p>; import 'o'", ["1 require n", "1 sideEffect o"]),
        Case(
            "return <A b=\"it's `\" c={`${d}`} {...e}><B/> text's // {x ? <C>'</C> : <></>} </A>\nimport 'm'",
            ["2 sideEffect m"]),
        Case("const f = <T,>(x: T) => x\nconst g = <T extends U>(x: T) => `a`\nimport 'm'", ["3 sideEffect m"]),
        Case("type F = <T>(x: T) => void\nimport 'm' // it's", ["2 sideEffect m"]),
        Case("const a = <Table<Row> b={c}>it's</Table>; import 'm'", ["1 sideEffect m"]),
        Case("if (a < b) { c = <d.e f-g='h'>'</d.e> }\nimport 'm'", ["2 sideEffect m"]),
        Case("const a = <string>b; const c = '</'; import 'm'", ["1 sideEffect m"], .typeScript),
        Case("x = <a\n  // it's\n  b /* ` */\n/>; import 'm'", ["4 sideEffect m"]),
        Case("x = (<Trans>import a from 'm'</Trans>)", []),
    ]

    static let comments = [
        Case(
            "/// <reference path=\"a.d.ts\" />\n/// <reference types='node'/>\n/// <reference lib=\"dom\" />",
            ["1 referencePath a.d.ts", "2 referenceTypes node"], .typeScript),
        Case("/** @type {import('m').T} */\nlet a\n/** see import('n') */", ["1 typeOnly m"]),
        Case("/** @import { A } from 'm' */", ["1 typeOnly m"]),
        Case("/** @type {import('m').T} */", [], .typeScript),
        Case("/* {import('m')} */", []),
    ]

    static let components = [
        Case(
            "<template><p>import 'l' it's `</p></template>\n<script setup lang=\"ts\">\nimport 'm'\n</script>\n<style>`</style>",
            ["3 sideEffect m"], .component),
        Case(
            "<script src=\"./x.js\"></script>\n<SCRIPT>\nimport 'm'</SCRIPT>",
            ["1 sideEffect ./x.js", "3 sideEffect m"], .component),
        Case(
            "<script context=module>\nimport 'm'\n</script><script>import 'n'</script>",
            ["2 sideEffect m", "3 sideEffect n"], .component),
        Case(
            "---\nimport 'm'\nconst a = `---`\n---\n<p>it's</p><script>import('n')</script>",
            ["2 sideEffect m", "5 dynamic n"], .component),
        Case("<scripted>import 'm'</scripted>", [], .component),
    ]

    @Test("statements", arguments: statements) func statement(_ one: Case) {
        #expect(Self.list(one.text, one.dialect) == one.expected)
        #expect(Self.list(one.text, .typeScript) == one.expected)
    }

    @Test("calls", arguments: calls) func call(_ one: Case) {
        #expect(Self.list(one.text, one.dialect) == one.expected)
    }

    @Test("what is no code", arguments: surroundings) func surrounding(_ one: Case) {
        #expect(Self.list(one.text, one.dialect) == one.expected)
        #expect(JavaScriptImports.scan(Array(one.text.utf8), as: one.dialect).isCertain)
    }

    @Test("JSX", arguments: elements) func element(_ one: Case) {
        #expect(Self.list(one.text, one.dialect) == one.expected)
        #expect(JavaScriptImports.scan(Array(one.text.utf8), as: one.dialect).isCertain)
    }

    @Test("comments that name modules", arguments: comments) func comment(_ one: Case) {
        #expect(Self.list(one.text, one.dialect) == one.expected)
    }

    @Test("components", arguments: components) func component(_ one: Case) {
        #expect(Self.list(one.text, one.dialect) == one.expected)
    }

    @Test("a text that cannot be followed gives all that looks like an import")
    func lenient() {
        for text in ["const a = `unfinished\nimport 'm'", "f(]\nconst b = <p>\nimport 'm'", "/* open\nimport 'm'"] {
            let found = JavaScriptImports.scan(Array(text.utf8))
            #expect(!found.isCertain)
            #expect(found.imports.contains { $0.specifier == "m" })
        }
    }

    @Test("the extension gives the dialect")
    func dialects() {
        let names = ["a.ts", "a.d.mts", "a.tsx", "a.mjs", "a.vue", "a.md", "Makefile", "a.component.spec.ts"]
        let expected: [JavaScriptImports.Dialect?] = [
            .typeScript, .typeScript, .jsx, .jsx, .component, nil, nil, .typeScript,
        ]
        #expect(names.map { JavaScriptImports.dialect(of: Array($0.utf8)) } == expected)
    }
}
