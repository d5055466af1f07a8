// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
//
// libxml2's HTML parser as a stream of nodes. The library is opened at first use and not linked: it brings 30 MB of
// ICU with it. Only functions are used, no structures, so its headers are not needed.
#ifndef GOLEM_CXML2_H
#define GOLEM_CXML2_H
#include <stddef.h>

enum cxml2_kind { CXML2_ELEMENT = 1, CXML2_TEXT = 3, CXML2_CDATA = 4, CXML2_WHITESPACE = 13, CXML2_SIGNIFICANT_WHITESPACE = 14,
                  CXML2_END_ELEMENT = 15 };

/// Opens the library; 0 when it is not there. Not for two threads at once.
int cxml2_load(void);

typedef struct cxml2_reader cxml2_reader;
/// Parses a whole document; `encoding` may be NULL. NULL when there is nothing in it.
cxml2_reader *cxml2_open(const char *bytes, int count, const char *encoding);
void cxml2_close(cxml2_reader *reader);
/// Goes to the next node: 1, or 0 at the end.
int cxml2_next(cxml2_reader *reader);
int cxml2_kind_of(cxml2_reader *reader);
/// Whether an element has no content, and so no end of its own follows.
int cxml2_is_empty(cxml2_reader *reader);
/// UTF-8, valid until the next call; may be NULL.
const char *cxml2_name(cxml2_reader *reader);
const char *cxml2_value(cxml2_reader *reader);
const char *cxml2_attribute(cxml2_reader *reader, const char *name);
#endif
