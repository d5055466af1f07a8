// SPDX-License-Identifier: MIT
// Copyright (c) 2026 The Golem authors
#include "CXml2.h"
#include <dlfcn.h>
#include <stdlib.h>

static void *(*html_read_memory)(const char *, int, const char *, const char *, int);
static void (*free_document)(void *);
static void *(*reader_walker)(void *);
static void (*free_reader)(void *);
static int (*reader_read)(void *);
static int (*reader_node_type)(void *);
static int (*reader_is_empty)(void *);
static const unsigned char *(*reader_name)(void *);
static const unsigned char *(*reader_value)(void *);
static int (*reader_move_to_attribute)(void *, const unsigned char *);
static int (*reader_move_to_element)(void *);

// RECOVER, NOERROR, NOWARNING, NONET, COMPACT
enum { OPTIONS = 1 | 32 | 64 | 2048 | 65536 };

struct cxml2_reader {
    void *document, *reader;
};

int cxml2_load(void) {
    static int loaded = -1;
    if (loaded >= 0) return loaded;
    loaded = 0;
    void *library = dlopen("libxml2.so.2", RTLD_NOW | RTLD_LOCAL);
    if (!library) library = dlopen("libxml2.so.16", RTLD_NOW | RTLD_LOCAL);
    if (!library) return 0;
    void (*initialise)(void) = 0;
    struct {
        void *slot;
        const char *name;
    } symbols[] = {
        {&initialise, "xmlInitParser"},
        {&html_read_memory, "htmlReadMemory"},
        {&free_document, "xmlFreeDoc"},
        {&reader_walker, "xmlReaderWalker"},
        {&free_reader, "xmlFreeTextReader"},
        {&reader_read, "xmlTextReaderRead"},
        {&reader_node_type, "xmlTextReaderNodeType"},
        {&reader_is_empty, "xmlTextReaderIsEmptyElement"},
        {&reader_name, "xmlTextReaderConstLocalName"},
        {&reader_value, "xmlTextReaderConstValue"},
        {&reader_move_to_attribute, "xmlTextReaderMoveToAttribute"},
        {&reader_move_to_element, "xmlTextReaderMoveToElement"},
    };
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (!symbol) return 0;
        *(void **)symbols[i].slot = symbol;
    }
    initialise();
    return loaded = 1;
}

cxml2_reader *cxml2_open(const char *bytes, int count, const char *encoding) {
    void *document = html_read_memory(bytes, count, 0, encoding, OPTIONS);
    if (!document) return 0;
    void *reader = reader_walker(document);
    cxml2_reader *result = reader ? malloc(sizeof *result) : 0;
    if (!result) {
        if (reader) free_reader(reader);
        free_document(document);
        return 0;
    }
    result->document = document;
    result->reader = reader;
    return result;
}

void cxml2_close(cxml2_reader *r) {
    free_reader(r->reader);
    free_document(r->document);
    free(r);
}

int cxml2_next(cxml2_reader *r) { return reader_read(r->reader) == 1; }
int cxml2_kind_of(cxml2_reader *r) { return reader_node_type(r->reader); }
int cxml2_is_empty(cxml2_reader *r) { return reader_is_empty(r->reader) == 1; }
const char *cxml2_name(cxml2_reader *r) { return (const char *)reader_name(r->reader); }
const char *cxml2_value(cxml2_reader *r) { return (const char *)reader_value(r->reader); }

const char *cxml2_attribute(cxml2_reader *r, const char *name) {
    if (reader_move_to_attribute(r->reader, (const unsigned char *)name) != 1) return 0;
    const char *value = (const char *)reader_value(r->reader);
    reader_move_to_element(r->reader);
    return value;
}
