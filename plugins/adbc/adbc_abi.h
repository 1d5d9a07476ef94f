// SPDX-License-Identifier: Apache-2.0
/* The part of ADBC 1.0.0 that a reader needs, in our words: the layout is published and frozen, as
 * that of the Arrow structs is. Members that are never called are kept as plain pointers. */
#ifndef JB_ADBC_ABI_H
#define JB_ADBC_ABI_H

#include <jianbao/plugin.h>

#define ADBC_VERSION 1000000 /* 1.0.0, what the entry point is asked for */
#define ADBC_OK 0
#define ADBC_NOT_IMPLEMENTED 2
#define ADBC_NOT_FOUND 3
#define ADBC_INVALID_ARGUMENT 5
#define ADBC_CANCELLED 11
#define ADBC_UNAUTHENTICATED 13
#define ADBC_UNAUTHORIZED 14
#define ADBC_INFO_VENDOR 0u

typedef uint8_t adbc_status;

typedef struct adbc_error {
    char *message;
    int32_t vendor_code;
    char sqlstate[5];
    void (*release)(struct adbc_error *);
    void *later[2]; /* 1.1.0 appended two members: a driver that forgets our version finds room */
} adbc_error;

struct adbc_driver;
typedef struct adbc_handle { /* a database, a connection, a statement */
    void *private_data;
    struct adbc_driver *driver;
} adbc_handle;

typedef adbc_status (*adbc_call)(adbc_handle *, adbc_error *);
typedef adbc_status (*adbc_text_call)(adbc_handle *, const char *, adbc_error *);
typedef adbc_status (*adbc_set_option)(adbc_handle *, const char *key, const char *value,
                                       adbc_error *);
typedef void (*adbc_unused)(void);

typedef struct adbc_driver {
    void *private_data;
    void *private_manager;
    adbc_status (*release)(struct adbc_driver *, adbc_error *);

    adbc_call database_init;
    adbc_call database_new;
    adbc_set_option database_set_option;
    adbc_call database_release;

    adbc_call connection_commit;
    adbc_status (*connection_get_info)(adbc_handle *, const uint32_t *codes, size_t n,
                                       struct ArrowArrayStream *, adbc_error *);
    adbc_unused connection_get_objects;
    adbc_unused connection_get_table_schema;
    adbc_unused connection_get_table_types;
    adbc_status (*connection_init)(adbc_handle *, adbc_handle *database, adbc_error *);
    adbc_call connection_new;
    adbc_set_option connection_set_option;
    adbc_unused connection_read_partition;
    adbc_call connection_release;
    adbc_call connection_rollback;

    adbc_status (*statement_bind)(adbc_handle *, struct ArrowArray *, struct ArrowSchema *,
                                  adbc_error *);
    adbc_unused statement_bind_stream;
    adbc_status (*statement_execute_query)(adbc_handle *, struct ArrowArrayStream *,
                                           int64_t *rows_affected, adbc_error *);
    adbc_unused statement_execute_partitions;
    adbc_unused statement_get_parameter_schema;
    adbc_status (*statement_new)(adbc_handle *connection, adbc_handle *, adbc_error *);
    adbc_call statement_prepare;
    adbc_call statement_release;
    adbc_set_option statement_set_option;
    adbc_text_call statement_set_sql_query;
    adbc_unused statement_set_substrait_plan;
    void *later[48]; /* what newer versions append: a driver that fills more than asked for finds
                        room */
} adbc_driver;

typedef adbc_status (*adbc_entry)(int version, void *driver, adbc_error *);

#endif
