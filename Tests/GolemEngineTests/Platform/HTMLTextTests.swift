// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import GolemEngine
import Testing

private func read(_ html: String, limit: Int = 100_000) throws -> HTMLText {
    try HTMLText(Array(html.utf8), base: "https://example.org/dir/page", limit: limit)
}

@Suite struct HTMLTextTests {
    @Test func `A page becomes its title and readable text`() throws {
        let page = try read(
            """
            <!doctype html><html><head><title> A &amp;
            B </title><style>p{}</style><script>alert("x")</script></head><body>
            <nav><a href="/">Home</a></nav>
            <h1>Head <b>line</b></h1><p>One
               two&nbsp;&euro; <a href="../x?a=1&amp;b=2">link</a>.</p><p>Next<br>line</p>
            <ul><li>a<li>b<ul><li>c</ul></ul><ol><li>x</li><li>y</li></ol>
            <pre>  keep
              this</pre>
            <table><tr><th>K</th><th>V</th></tr><tr><td>1</td><td>2</td></tr></table>
            <p hidden>secret</p><div style="display: none">secret</div><img src=x alt="A cat">
            </body></html>
            """)
        #expect(page.title == "A & B")
        #expect(
            page.text == """
                # Head line

                One two € link <https://example.org/x?a=1&b=2>.

                Next
                line

                - a
                - b
                  - c

                1. x
                2. y

                ```
                  keep
                  this
                ```

                K | V
                1 | 2

                [image: A cat]
                """)
    }

    @Test func `Charsets of the header, of the page and of neither are read`() throws {
        let latin: [UInt8] = Array("<p>caf".utf8) + [0xE9] + Array("</p>".utf8)
        #expect(try HTMLText(latin, charset: "iso-8859-1", limit: 100).text == "café")
        #expect(try HTMLText(latin, limit: 100).text == "café")
        #expect(try HTMLText(Array("<p>漢字</p>".utf8), limit: 100).text == "漢字")
        let declared = Array("<meta charset=iso-8859-1><p>caf".utf8) + [0xE9]
        #expect(try HTMLText(declared, limit: 100).text == "café")
    }

    @Test(arguments: 1..<40) func `The text is cut at the limit between characters`(limit: Int) throws {
        let page = try read("<p>" + String(repeating: "é漢😀", count: 20), limit: limit)
        #expect(page.isTruncated)
        #expect(page.text.utf8.count <= limit)
        #expect(!page.text.contains("\u{FFFD}"))
    }

    @Test func `A page of navigation only is not empty`() throws {
        #expect(try read("<nav><a href='https://a.b/'>Home</a></nav>").text == "Home <https://a.b/>")
    }

    @Test func `Dangerous and useless links are dropped`() throws {
        let page = try read(
            "<p><a href='javascript:x()'>a</a> <a href='#top'>b</a> <a href='data:text/html,x'>c</a></p>")
        #expect(page.text == "a b c")
    }

    @Test func `Hostile input ends`() throws {
        _ = try read(String(repeating: "<div>", count: 200_000) + "deep")
        _ = try read(String(repeating: "<ul><li>", count: 50_000))
        _ = try read(String(repeating: "</p>", count: 100_000))
        _ = try read("<" + String(repeating: "a", count: 500_000))
        _ = try read("<p " + String(repeating: "x='1' ", count: 50_000) + ">ok")
        #expect(try HTMLText([], limit: 10).text == "")
        #expect(try HTMLText([0, 0, 0], limit: 10).text.utf8.count <= 10)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let alphabet = Array("<>/=\"' &;#abpli\n\0é".utf8) + [0xFF]
            let bytes = (0..<500).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            _ = try HTMLText(bytes, limit: 1_000)
        }
    }

    @Test func `Control characters do not get through`() throws {
        let page = try read("<title>a\u{1B}[2J</title><p>x\u{1B}[31my\u{7}&#27;z</p><pre>\u{1B}c</pre>")
        #expect(!page.text.unicodeScalars.contains { $0.value < 32 && $0 != "\n" })
        #expect(!page.title.unicodeScalars.contains { $0.value < 32 })
    }
}
