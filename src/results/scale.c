/* SPDX-License-Identifier: Apache-2.0
 * The attributes DIMENSION_LIST and REFERENCE_LIST. */
#include "results/scale.h"

#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"

bool scale_make(struct scale *s, hid_t group, const char *name, hid_t set)
{
    *s = (struct scale){.set = set};
    return H5DSset_scale(set, name) >= 0 &&
           H5Rcreate(&s->reference, group, name, H5R_OBJECT, H5I_INVALID_HID) >= 0;
}

/* An attribute of n items in a row. */
static bool put_list(hid_t at, const char *name, hid_t type, size_t n, const void *items)
{
    hsize_t extent = n;
    hid_t space = H5Screate_simple(1, &extent, NULL), attribute = H5I_INVALID_HID;
    if (type >= 0 && space >= 0)
        attribute = H5Acreate2(at, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = attribute >= 0 && H5Awrite(attribute, type, items) >= 0;
    if (attribute >= 0)
        ok = H5Aclose(attribute) >= 0 && ok;
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

/* For each dimension a list of its scales, of which there is one. */
static bool put_dimensions(hid_t set, struct scale *const *scale, int rank)
{
    hvl_t list[H5S_MAX_RANK];
    for (int i = 0; i < rank; i++)
        list[i] = (hvl_t){.len = 1, .p = &scale[i]->reference};
    hid_t type = H5Tvlen_create(H5T_STD_REF_OBJ);
    bool ok = put_list(set, DIMENSION_LIST, type, (size_t)rank, list);
    if (type >= 0)
        H5Tclose(type);
    return ok;
}

int scale_attach(struct scale *const *scale, int rank, hid_t group, const char *name, hid_t set)
{
    struct scale_use use;
    memset(&use, 0, sizeof use); /* its odd bytes, too: they go into the file */
    if (!put_dimensions(set, scale, rank) ||
        H5Rcreate(&use.dataset, group, name, H5R_OBJECT, H5I_INVALID_HID) < 0)
        return PSN_EIO;
    for (int i = 0; i < rank; i++) {
        struct scale *s = scale[i];
        void *uses = s->use;
        int error = array_reserve(&uses, &s->capacity, s->n_uses + 1, sizeof use);
        s->use = uses;
        if (error)
            return PSN_EMEMORY;
        use.dimension = i;
        memcpy(&s->use[s->n_uses++], &use, sizeof use);
    }
    return PSN_OK;
}

static bool put_uses(const struct scale *s)
{
    hid_t type = H5Tcreate(H5T_COMPOUND, sizeof *s->use);
    bool ok =
        type >= 0 &&
        H5Tinsert(type, "dataset", HOFFSET(struct scale_use, dataset), H5T_STD_REF_OBJ) >= 0 &&
        H5Tinsert(type, "dimension", HOFFSET(struct scale_use, dimension), H5T_NATIVE_INT) >= 0 &&
        put_list(s->set, REFERENCE_LIST, type, s->n_uses, s->use);
    if (type >= 0)
        H5Tclose(type);
    return ok;
}

bool scale_close(struct scale *s, bool whole)
{
    bool ok = !whole || s->n_uses == 0 || put_uses(s);
    if (ok && whole)
        ok = H5Dclose(s->set) >= 0;
    free(s->use);
    *s = (struct scale){.set = H5I_INVALID_HID};
    return ok;
}
