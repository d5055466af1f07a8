// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors

/// What people ask in the demo, and what the scripted model answers.
enum DemoScript {
    static let chats: [DemoChannel.Chat] = [
        DemoChannel.Chat(
            id: "88123", sender: "Mara",
            lines: [
                "what changed in parcel 17 since the 2019 survey?", "and the eastern border? look it up please",
                "thanks! write me a long summary for the council",
            ], seconds: 14),
        DemoChannel.Chat(
            id: "90417", sender: "Jonas",
            lines: ["build the weekly report", "is the index back? search again", "ok, hello then"], seconds: 11),
        DemoChannel.Chat(
            id: "5531", sender: "李雷",
            lines: ["请查一下今天的天气 🌦", "谢谢！再写一个长的总结", "搜索 index 里的地块 17"], seconds: 16),
        DemoChannel.Chat(
            id: "61002", sender: "Ada 👩‍🔬",
            lines: ["search the index for wetlands", "hello from the lab 🧪", "build the report for plot 4"], seconds: 9),
        DemoChannel.Chat(
            id: "77310", sender: "ops-bot", lines: ["please clean the scratch folder", "hello"], seconds: 37),
    ]

    static let scenario = #"""
        {"replies": [
          {"when": {"user": "report", "round": 0}, "delay_ms": 700, "thinking": "The report tool takes a while.",
           "text": "I start the report now.", "piece_ms": 40, "piece_characters": 4,
           "tool_calls": [{"name": "build_report", "arguments": {"query": "week"}}]},
          {"when": {"user": "report"}, "delay_ms": 500, "piece_ms": 45, "piece_characters": 5,
           "text": "The report is ready: 214 parcels checked, 3 revisions found, none of them urgent."},
          {"when": {"user": "index", "round": 0}, "delay_ms": 400,
           "tool_calls": [{"name": "search_index", "arguments": {"query": "17"}},
                          {"name": "lookup_weather", "arguments": {"query": "site"}}]},
          {"when": {"user": "index", "round": 1}, "delay_ms": 600, "piece_ms": 40, "piece_characters": 4,
           "text": "Here is what I found. If the index failed, I will try again when you ask me to."},
          {"when": {"user": "look it up", "round": 0}, "delay_ms": 500,
           "tool_calls": [{"name": "search_index", "arguments": {"query": "eastern border"}}]},
          {"when": {"user": "天气", "round": 0}, "delay_ms": 300,
           "tool_calls": [{"name": "lookup_weather", "arguments": {"query": "今天"}}]},
          {"when": {"user": "天气"}, "delay_ms": 400, "piece_ms": 60, "piece_characters": 2,
           "text": "今天多云转晴，最高气温 23 度，东南风三级。适合外出测量，记得带水。☀️"},
          {"when": {"user": "clean", "round": 0}, "delay_ms": 500,
           "tool_calls": [{"name": "remove_scratch", "arguments": {"query": "rm -r scratch/2019-*"}}]},
          {"when": {"user": "clean", "tool_result": "files removed"}, "delay_ms": 300, "piece_ms": 40,
           "piece_characters": 4, "text": "Done: 12 files of the scratch folder are gone."},
          {"when": {"user": "clean"}, "delay_ms": 300, "piece_ms": 40, "piece_characters": 4,
           "text": "The scratch folder is as it was: nobody let me remove anything."},
          {"when": {"user": "总结"}, "delay_ms": 900, "piece_ms": 50, "piece_characters": 2,
           "text": "总结如下：第一，地块十七自二零一九年以来有三次修订，其中两次涉及东侧边界，一次涉及道路用地。第二，测量误差在两厘米以内，与旧资料一致。第三，湿地面积略有增加，约为百分之四。第四，建议在秋季之前完成现场复核，并把结果写入共享文件夹。第五，如有疑问，请直接在这里提问，我会继续查询资料并给出来源。"},
          {"when": {"user": "long"}, "delay_ms": 900, "piece_ms": 35, "piece_characters": 3,
           "text": "Summary for the council. Parcel 17 has been revised three times since the 2019 survey. The first revision moved the road reserve by forty centimetres to the north. The second and the third concern the eastern border, where the old marks had been lost and were set anew with a deviation below two centimetres. The wetland has grown by about four per cent; this follows the wet springs of the last two years and needs no action. The neighbours were informed and raised no objection. Recommended next steps: a visit on site before autumn, an entry in the shared folder, and a short notice to the land registry. The cost of the visit is covered by the running contract. Questions can be asked here at any time; I keep the sources of every statement and can name them."},
          {"when": {"user": "hello"}, "delay_ms": 250, "piece_ms": 40, "piece_characters": 4,
           "text": "Hello! I am the demo: everything you see is made up, and nothing leaves this machine."},
          {"delay_ms": 600, "thinking": "A plain question.", "piece_ms": 40, "piece_characters": 4,
           "text": "Parcel 17 has 3 revisions since 2019: one for the road reserve and two for the eastern border."}
        ]}
        """#
}
