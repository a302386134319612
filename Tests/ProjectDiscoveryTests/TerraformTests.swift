import GitObjects
import Testing
import WorkspaceModel

@testable import ProjectDiscovery

@Suite("Terraform modules")
struct TerraformTests {
    private func lock(_ versions: [String: String]) -> String {
        versions.sorted { $0.key < $1.key }.map {
            "provider \"registry.terraform.io/\($0.key)\" {\n  version = \"\($0.value)\"\n  hashes = [\n    \"h1:\($0.key)\",\n  ]\n}\n"
        }.joined()
    }

    @Test("modules are projects, local sources edges; roots are apps")
    func modules() throws {
        let found = try discoverTerraform([
            "envs/prod/main.tf": """
            terraform {
              backend "s3" {}
            }
            module "net" {
              source = "../../modules/net"
            }
            module "far" {
              source  = "hashicorp/consul/aws"
              version = "0.1.0"
            }
            module "gone" { source = "./gone" }
            """,
            "modules/net/net.tf.json": #"{"module": {"base": {"source": "../base"}}}"#,
            "modules/base/main.tf": "# module \"x\" { source = \"../net\" }\n/* } */ variable \"a\" {}\n",
            "dev/main.tf": "provider \"aws\" {}\nmodule net { source = \"../modules/net\" }\n",
            "spare/main.tf": "locals {}\n",
            "testdata/main.tf": "locals {}\n", "readme/x.txt": "",
        ])
        #expect(found.paths == ["dev", "envs/prod", "modules/base", "modules/net", "spare"])
        #expect(
            edges(of: found.projects) == [
                "dev -> modules/net runtime", "envs/prod -> modules/net runtime", "modules/net -> modules/base runtime",
            ])
        #expect(found.project("envs/prod")?.appEvidence == "envs/prod/main.tf:2: where its state is kept")
        #expect(found.project("dev")?.appEvidence == "dev/main.tf:1: configures the provider aws")
        #expect(found.project("spare")?.appUnlessDependedOn != nil && found.project("modules/base")?.appEvidence == nil)
        #expect(
            found.project("envs/prod")?.dependencies.first?.evidence == Evidence(path: "envs/prod/main.tf", line: 5))
        #expect(found.diagnostics.map(\.evidence.line) == [11])
        #expect(found.projects.flatMap(\.tasks.keys).isEmpty)
    }

    @Test("inside other projects only what keeps state or locks providers is one, and what that refers to")
    func nested() throws {
        let found = try discoverTerraform([
            "go.mod": "module m\n", "infra/main.tf": "terraform {\n  cloud {}\n}\nmodule \"a\" { source = \"./a\" }\n",
            "infra/a/main.tf": "", "infra/loose/main.tf": "provider \"x\" {}\n",
            "examples/e/main.tf": "terraform {\n  backend \"local\" {}\n}\n", "examples/e/.terraform.lock.hcl": "",
        ])
        #expect(found.paths == ["infra", "infra/a"])
        let above = try discoverTerraform(["main.tf": "", "web/package.json": #"{"name": "web"}"#])
        #expect(above.paths == ["."] && above.project(.root)?.sharesFiles == true)
    }

    @Test("files named outside the module, also in another project below it; projects that are deployed are edges")
    func namedFiles() throws {
        let found = try discoverTerraform([
            "tf/main.tf": """
            locals {
              a = file("${path.module}/../shared/a.json")
              b = templatefile("${path.module}/in/b.tpl", { x = "}" })
              c = fileset("${path.module}/../many", "*.json")
              d = <<-EOT
                cat ${path.module}/../shared/d.sh
              EOT
              e = file("${path.module}/../by/${var.name}.json")
              f = file(var.any)
              g = "../nothing/here"
              h = "$${path.module}/../shared/no"
            }
            data "archive_file" "fn" {
              source_dir = "${path.module}/fn/src"
            }
            """,
            "tf/in/b.tpl": "", "tf/fn/package.json": #"{"name": "fn"}"#, "tf/fn/src/i.js": "", "shared/a.json": "",
            "shared/d.sh": "", "shared/no": "", "many/x.json": "", "by/x.json": "",
        ])
        #expect(
            found.project("tf")?.namedFiles == ["by", "many", "shared/a.json", "shared/d.sh", "tf/fn", "tf/fn/src"])
        #expect(edges(of: found.projects) == ["tf -> tf/fn build"])
        #expect(found.diagnostics.map(\.evidence.line) == [9])
    }

    @Test("what is read below a directory around the module widens to all that is there")
    func around() throws {
        let found = try discoverTerraform([
            "a/tf/main.tf": "locals { x = file(\"${path.root}/../../${var.f}\") }", "b/x": "",
        ])
        #expect(found.project("a/tf")?.namedFiles == ["a", "b"])
        #expect(found.widenings.map(\.code) == ["files-unknown"])
    }

    @Test("providers count by lock entry where they are required, through local modules too")
    func locks() throws {
        func digest(_ versions: [String: String], remote: Bool = false) throws -> String? {
            try discoverTerraform([
                "m/main.tf": "resource \"random_id\" \"x\" {}\n",
                "r/main.tf": """
                terraform {
                  required_providers {
                    cloud = {
                      source  = "acme/cloud"
                      version = ">= 1"
                    }
                  }
                }
                module "m" { source = "../m" }
                \(remote ? "module \"far\" { source = \"a/b/c\" }" : "")
                """,
                "r/.terraform.lock.hcl": "# comment\n" + lock(versions),
            ]).project("r")?.externals.first?.digest
        }
        let base = ["acme/cloud": "1", "hashicorp/random": "1", "hashicorp/unused": "1"]
        func changes(_ name: String, remote: Bool = false) throws -> Bool {
            try digest(base, remote: remote) != digest(base.merging([name: "2"]) { $1 }, remote: remote)
        }
        #expect(try changes("acme/cloud") && changes("hashicorp/random") && !changes("hashicorp/unused"))
        #expect(try changes("hashicorp/unused", remote: true))
        let found = try discoverTerraform(["r/main.tf": "", "r/.terraform.lock.hcl": "provider \"x\" {\n"])
        #expect(found.project("r")?.externals.first?.isWholeLockfile == true && found.structuralFiles.isEmpty)
        #expect(found.project("r")?.externals.first?.problem == "r/.terraform.lock.hcl:1: a '{' is never closed")
    }

    @Test("modules that refer to each other are noted and hide nothing")
    func circle() throws {
        let files = [
            "a/main.tf": "module \"b\" { source = \"../b\" }\n", "b/main.tf": "module \"a\" { source = \"../a\" }\n",
            "c/main.tf": "module \"a\" { source = \"../a\" }\n",
        ]
        let found = try discoverTerraform(files)
        #expect(edges(of: found.projects) == ["a -> b import", "b -> a import", "c -> a runtime"])
        #expect(found.diagnostics.map(\.evidence.path) == ["a/main.tf", "b/main.tf"])
        #expect(try WorkspaceReader().read(SourceTree.inMemory(files)).projects.count == 3)
    }

    @Test("a broken file breaks its module and no other")
    func broken() throws {
        let found = try discoverTerraform([
            "a/main.tf": "module \"b\" { source = \"../b\" }\n", "a/x.tf": "locals {\n<<<<<<< HEAD\n", "b/main.tf": "",
        ])
        #expect(found.project("a")?.brokenReason == "a/x.tf:2: the file has merge conflict markers")
        #expect(edges(of: found.projects) == ["a -> b runtime"] && found.project("b")?.brokenReason == nil)
        #expect(found.widenings.map(\.scope) == ["a/x.tf"])
    }

    @Test("native syntax: nested interpolation, heredocs, comments, brackets over lines")
    func syntax() throws {
        let body = try HCLBody(
            parsing: Array(
                """
                a = "x ${f("y ${"}"} z")} $${no} \\"q\\"" // c
                b = [
                  1, { k = "v" }, # }
                ]
                c "l1" l2 {
                  d = <<EOT
                }
                EOT
                  e { f = true }
                }
                g = 1 << 2
                """.utf8))
        #expect(body.attributes.map(\.name) == ["a", "b", "g"])
        #expect(
            body.attribute("a")?.expression.first?.kind
                == .template([.literal("x "), .interpolation(#"f("y ${"}"} z")"#), .literal(#" ${no} "q""#)]))
        let block = try #require(body.blocks.first)
        #expect(block.labels == ["l1", "l2"] && block.line == 5 && block.body.attribute("d")?.text == "}\n")
        #expect(block.body.blocks.map(\.type) == ["e"])
    }

    @Test(
        "what cannot be read says where",
        arguments: [
            ("a = \"x\n", 1), ("\nb {\n", 2), ("a = [\n(\n]", 3), ("}\n", 1), ("a = <<E\nx", 1), ("/* ", 1),
            ("a = \"${\"", 1),
        ])
    func problems(_ text: String, _ line: Int) {
        #expect(throws: HCLProblem.self) { try HCLBody(parsing: Array(text.utf8)) }
        do throws(HCLProblem) {
            _ = try HCLBody(parsing: Array(text.utf8))
        } catch {
            #expect(error.line == line, "\(text): \(error.problem)")
        }
    }

    @Test("damaged files neither crash nor hang")
    func fuzz() {
        let sample = Array(
            "module \"a\" {\n  source = \"../b\" # c\n  x = <<-E\n  ${f({ a = \"}\" })}\n  E\n}\nlocals { y = [\"${path.module}/../z\"] }\n"
                .utf8)
        mutations(of: sample, seed: 4_711) { bytes in
            _ = try? TerraformFile(parsing: bytes, isJSON: false)
            _ = try? TerraformFile(parsing: bytes, isJSON: true)
            _ = try? TerraformLock(parsing: bytes)
        }
    }

    @Test("units: an included configuration is none, a broken one widens, circles are cut, what is not known is said")
    func units() throws {
        let found = try discoverTerraform([
            "terragrunt.hcl": "remote_state {}\n",
            "a/terragrunt.hcl": "include { path = find_in_parent_folders() }\ndependencies { paths = [\"../b\"] }\n",
            "b/terragrunt.hcl": "dependency \"a\" { config_path = \"../a\" }\nterraform { source = var.x }\n",
            "c/terragrunt.hcl": "terraform {\n", "d/terragrunt.hcl": "terraform { source = \"../m/${x()}/y\" }\n",
            "m/main.tf": "",
        ])
        #expect(found.paths == ["a", "b", "c", "d", "m"])
        #expect(edges(of: found.projects) == ["a -> b import", "b -> a import"])
        #expect(found.project("a")?.appEvidence == "a/terragrunt.hcl: a unit that Terragrunt deploys")
        #expect(found.project("c")?.brokenReason?.hasPrefix("c/terragrunt.hcl:1: ") == true)
        #expect(found.project("d")?.namedFiles == ["m"])
        #expect(found.widenings.map(\.code).sorted() == ["broken-manifest", "files-unknown"])
        #expect(found.diagnostics.map(\.message) == ["what is named here for 'b' is not known: no edge"])
    }

    @Test("damaged units neither crash nor hang, nor do locals that stand for each other")
    func unitFuzz() throws {
        let circle =
            "locals {\n  a = \"${local.b}${local.b}\"\n  b = \"${local.a}${local.a}\"\n}\nterraform { source = local.a }\n"
        #expect(try discoverTerraform(["u/terragrunt.hcl": circle]).paths == ["u"])
        let sample = Array(
            "include \"r\" { path = find_in_parent_folders(\"r.hcl\") }\nlocals { x = \"${dirname(find_in_parent_folders(\"r.hcl\"))}/m\" }\nterraform { source = \"${local.x}//a?ref=1\" }\n"
                .utf8)
        try mutations(of: sample, seed: 815, count: 200) { bytes in
            _ = try discoverTerraform([
                "r.hcl": "locals {}", "u/terragrunt.hcl": String(decoding: bytes, as: UTF8.self), "m/main.tf": "",
            ])
        }
    }
}
