// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

import FoundationEssentials
import GolemEngine
import GolemTestSupport
import Testing

@Suite struct HTTPClientTLSTests {
    @Test func `A certificate of an unknown authority is refused, of a known one accepted`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "golem-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let certificate = folder.appending(path: "cert.pem").path()
        let key = folder.appending(path: "key.pem").path()
        try Data(TLSFixture.certificate.utf8).write(to: URL(filePath: certificate))
        try Data(TLSFixture.key.utf8).write(to: URL(filePath: key))
        let server = try await PythonServer.start("http_server.py", ["--tls", certificate, key])

        let stranger = HTTPClient()
        let error = await stranger.failure("https://localhost:\(server.port)/fixed")
        #expect(error?.code == .tls)
        #expect(error?.isRetryable == false)
        #expect(error?.requestMayHaveBeenSent == false)

        let friend = HTTPClient(certificateFile: certificate)
        #expect(try await friend.text("https://localhost:\(server.port)/fixed") == "hello")
        #expect(await friend.failure("https://127.0.0.2:\(server.port)/fixed")?.code == .tls)
        #expect(await friend.failure("http://localhost:\(server.port)/fixed")?.code == .reset)
    }
}

/// A self-signed certificate for `localhost`, valid for a hundred years; it protects nothing.
private enum TLSFixture {
    static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBlTCCATugAwIBAgIUKNwCmrz8i8ia7Mt6R4K7IjZNcBIwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE5MzY0OVoYDzIxMjYxMDMw
        MTkzNjQ5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASKJVlRHvGlc1Vufur3ffOdteAD6LQRgOQ5xmwTinLRdElEiSQ6N35N
        LT8wYVPz1Se0JmlaXl02vQdi0SSecUl4o2kwZzAdBgNVHQ4EFgQUC/uz+Rj2VJQU
        vE55cXrLVoSJu1EwHwYDVR0jBBgwFoAUC/uz+Rj2VJQUvE55cXrLVoSJu1EwDwYD
        VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
        SAAwRQIhAKsHNi5ab7u9R3nsgWZInjrfP4I+gezj1MB2YTwUoURaAiAxUTUL1qy8
        qifMawKnjpsXHW0jFFRTI65orPTKOgPQZA==
        -----END CERTIFICATE-----
        """
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdaYlKbgyyebWTv1k
        CP+/8Y0V8ZM5+8J8viZkIEwy5UShRANCAASKJVlRHvGlc1Vufur3ffOdteAD6LQR
        gOQ5xmwTinLRdElEiSQ6N35NLT8wYVPz1Se0JmlaXl02vQdi0SSecUl4
        -----END PRIVATE KEY-----
        """
}
