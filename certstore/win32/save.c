/* SPDX-License-Identifier: Apache-2.0 */
/* Stores and what is in them as bytes: CertSerialize..., CertSaveStore, CertControlStore. */
#include "win32/store.h"

#include "certstore/blob.h"
#include "certstore/pkcs7.h"

#include "platform/limits.h"

static struct cert_blob blob_of(const struct wc_context *context)
{
    return (struct cert_blob){
        .kind = context->object.kind == WC_CERT ? CERT_BLOB_CERTIFICATE : CERT_BLOB_CRL,
        .content = context->der,
        .properties = plat_span_of(context->properties.data, context->properties.size),
    };
}

win_error wc_context_bytes(struct wc_context *context, struct plat_buffer *out)
{
    struct cert_blob blob;
    win_error error = wc_lock();

    if (error)
        return error;
    blob = blob_of(context);
    cert_blob_write(out, &blob);
    wc_unlock();
    return out->failed;
}

static BOOL serialize(const void *face, enum wc_kind kind, BYTE *room, DWORD *size)
{
    struct wc_context *context = (struct wc_context *)(void *)wc_get(face, kind);
    struct plat_buffer bytes;
    win_error error = E_INVALIDARG;

    plat_buffer_init(&bytes, LIMIT_REG_DATA + LIMIT_CRL_SIZE);
    if (context && size)
        error = wc_context_bytes(context, &bytes);
    if (!error)
        error = wc_put(plat_span_of(bytes.data, bytes.size), room, size);
    if (context)
        wc_put_back(&context->object);
    plat_buffer_free(&bytes);
    return wc_result(error);
}

BOOL CertSerializeCertificateStoreElement(PCCERT_CONTEXT pCertContext, DWORD dwFlags, BYTE *pbElement,
                                          DWORD *pcbElement)
{
    (void)dwFlags;
    return serialize(pCertContext, WC_CERT, pbElement, pcbElement);
}

BOOL CertSerializeCRLStoreElement(PCCRL_CONTEXT pCrlContext, DWORD dwFlags, BYTE *pbElement, DWORD *pcbElement)
{
    (void)dwFlags;
    return serialize(pCrlContext, WC_CRL, pbElement, pcbElement);
}

/* Into a store, or without one as a context of its own. */
static win_error add_blob(HCERTSTORE handle, const struct cert_blob *blob, DWORD disposition,
                          struct wc_context **result)
{
    enum wc_kind kind = blob->kind == CERT_BLOB_CERTIFICATE ? WC_CERT : WC_CRL;
    struct wc_store *store = NULL;
    struct wc_context *made;
    win_error error = wc_context_new(kind, blob->content, blob->properties, &made);

    if (error)
        return error;
    if (!handle) {
        error = wc_show(&made->object);
        if (error)
            wc_context_destroy(made);
        *result = error ? NULL : made;
        return error;
    }
    store = wc_store_get(handle);
    if (store) {
        error = wc_add(store, made, disposition, result);
    } else {
        wc_context_destroy(made);
        error = ERROR_INVALID_HANDLE;
    }
    wc_store_put_back(store);
    return error;
}

BOOL CertAddSerializedElementToStore(HCERTSTORE hCertStore, const BYTE *pbElement, DWORD cbElement,
                                     DWORD dwAddDisposition, DWORD dwFlags, DWORD dwContextTypeFlags,
                                     DWORD *pdwContextType, const void **ppvContext)
{
    struct wc_context *result = NULL;
    struct cert_blob blob;
    DWORD type = 0;
    win_error error = E_INVALIDARG;

    (void)dwFlags;
    if (pbElement)
        error = cert_blob_read(plat_span_of(pbElement, cbElement), &blob);
    if (!error) {
        type = blob.kind == CERT_BLOB_CERTIFICATE ? CERT_STORE_CERTIFICATE_CONTEXT
               : blob.kind == CERT_BLOB_CRL       ? CERT_STORE_CRL_CONTEXT
                                                  : CERT_STORE_CTL_CONTEXT;
        error = type == CERT_STORE_CTL_CONTEXT || (dwContextTypeFlags & 1U << type) == 0 ? E_INVALIDARG
                                                                                         : ERROR_SUCCESS;
    }
    if (!error)
        error = add_blob(hCertStore, &blob, dwAddDisposition, &result);
    if (pdwContextType)
        *pdwContextType = error ? 0 : type;
    if (ppvContext)
        *ppvContext = result ? result->object.face : NULL;
    else if (result)
        wc_free(result->object.face, result->object.kind);
    return wc_result(error == ERROR_INVALID_DATA ? CRYPT_E_FILE_ERROR : error);
}

/* ---- whole stores ---- */

struct writing {
    bool pkcs7;
    struct plat_buffer *out;
    struct plat_buffer certs, crls; /* for PKCS #7 */
};

static void write_list(struct writing *writing, const struct wc_list *list, struct plat_buffer *items)
{
    for (size_t i = 0; i < list->count; i++) {
        struct cert_blob blob = blob_of(list->at[i]);

        if (writing->pkcs7)
            plat_buffer_append(items, blob.content.data, blob.content.size);
        else
            cert_sst_append(writing->out, &blob);
    }
}

static bool write_leaf(void *context, struct wc_store *leaf)
{
    struct writing *writing = context;

    write_list(writing, &leaf->certs, &writing->certs);
    write_list(writing, &leaf->crls, &writing->crls);
    return true;
}

win_error wc_store_bytes(struct wc_store *store, bool pkcs7, struct plat_buffer *out)
{
    struct writing writing = {.pkcs7 = pkcs7, .out = out};
    win_error error = wc_lock();

    if (error)
        return error;
    plat_buffer_init(&writing.certs, out->limit);
    plat_buffer_init(&writing.crls, out->limit);
    if (!pkcs7)
        cert_sst_begin(out);
    wc_each_leaf(store, write_leaf, &writing);
    if (pkcs7)
        cert_pkcs7_write(out, plat_span_of(writing.certs.data, writing.certs.size),
                         plat_span_of(writing.crls.data, writing.crls.size));
    else
        cert_sst_end(out);
    error = writing.certs.failed  ? writing.certs.failed
            : writing.crls.failed ? writing.crls.failed
                                  : out->failed;
    plat_buffer_free(&writing.certs);
    plat_buffer_free(&writing.crls);
    wc_unlock();
    return error;
}

static win_error write_file(struct wc_store *store, bool pkcs7, const char *path)
{
    struct plat_buffer bytes;
    win_error error;

    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    error = wc_store_bytes(store, pkcs7, &bytes);
    if (!error)
        error = plat_file_write_atomic(path, bytes.data, bytes.size, 0644);
    plat_buffer_free(&bytes);
    return error;
}

win_error wc_commit(struct wc_store *store, bool force)
{
    bool changed;
    win_error error = wc_lock();

    if (error)
        return error;
    changed = store->changed || force;
    store->changed = false;
    wc_unlock();
    if (store->kind != WC_FILE || !changed)
        return ERROR_SUCCESS;
    error = write_file(store, store->pkcs7, store->name);
    if (error && wc_lock() == ERROR_SUCCESS) {
        store->changed = true;
        wc_unlock();
    }
    return error;
}

static win_error save_to_memory(struct wc_store *store, bool pkcs7, CRYPT_DATA_BLOB *blob)
{
    struct plat_buffer bytes;
    win_error error;

    if (!blob)
        return E_INVALIDARG;
    plat_buffer_init(&bytes, LIMIT_CERT_FILE);
    error = wc_store_bytes(store, pkcs7, &bytes);
    if (!error)
        error = wc_put(plat_span_of(bytes.data, bytes.size), blob->pbData, &blob->cbData);
    plat_buffer_free(&bytes);
    return error;
}

static win_error save_to_file(struct wc_store *store, bool pkcs7, const void *name, bool wide)
{
    struct plat_buffer path;
    win_error error = E_INVALIDARG;

    plat_buffer_init(&path, LIMIT_PATH_SIZE);
    if (name && wide) {
        error = wc_text_in(name, LIMIT_PATH_SIZE - 1, &path);
    } else if (name) {
        plat_buffer_append_text(&path, name);
        error = path.failed;
    }
    if (!error)
        error = plat_buffer_text(&path) ? write_file(store, pkcs7, plat_buffer_text(&path)) : path.failed;
    plat_buffer_free(&path);
    return error;
}

BOOL CertSaveStore(HCERTSTORE hCertStore, DWORD dwEncodingType, DWORD dwSaveAs, DWORD dwSaveTo,
                   void *pvSaveToPara, DWORD dwFlags)
{
    struct wc_store *store = wc_store_get(hCertStore);
    bool pkcs7 = dwSaveAs == CERT_STORE_SAVE_AS_PKCS7;
    win_error error = store ? E_INVALIDARG : ERROR_INVALID_HANDLE;

    (void)dwEncodingType;
    if (store && dwFlags == 0 && (pkcs7 || dwSaveAs == CERT_STORE_SAVE_AS_STORE)) {
        if (dwSaveTo == CERT_STORE_SAVE_TO_MEMORY)
            error = save_to_memory(store, pkcs7, pvSaveToPara);
        else if (dwSaveTo == CERT_STORE_SAVE_TO_FILENAME_W || dwSaveTo == CERT_STORE_SAVE_TO_FILENAME_A)
            error = save_to_file(store, pkcs7, pvSaveToPara, dwSaveTo == CERT_STORE_SAVE_TO_FILENAME_W);
        else if (dwSaveTo == CERT_STORE_SAVE_TO_FILE)
            error = ERROR_NOT_SUPPORTED;
    }
    wc_store_put_back(store);
    return wc_result(error);
}

/* ---- CertControlStore ---- */

static bool forget_changes(struct wc_store *store)
{
    if (wc_lock())
        return false;
    store->changed = false;
    wc_unlock();
    return true;
}

BOOL CertControlStore(HCERTSTORE hCertStore, DWORD dwFlags, DWORD dwCtrlType, void const *pvCtrlPara)
{
    struct wc_store *store = wc_store_get(hCertStore);
    win_error error = store ? ERROR_NOT_SUPPORTED : ERROR_INVALID_HANDLE;

    (void)pvCtrlPara;
    if (store && dwCtrlType == CERT_STORE_CTRL_RESYNC)
        error = wc_resync(store);
    else if (store && dwCtrlType == CERT_STORE_CTRL_COMMIT &&
             (dwFlags & CERT_STORE_CTRL_COMMIT_CLEAR_FLAG) != 0)
        error = forget_changes(store) ? ERROR_SUCCESS : ERROR_NOT_ENOUGH_MEMORY;
    else if (store && dwCtrlType == CERT_STORE_CTRL_COMMIT)
        error = wc_commit(store, (dwFlags & CERT_STORE_CTRL_COMMIT_FORCE_FLAG) != 0);
    wc_store_put_back(store);
    return wc_result(error);
}
