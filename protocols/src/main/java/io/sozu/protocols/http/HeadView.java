package io.sozu.protocols.http;

/**
 * What a parser found in one head: spans as offsets from {@link #address}, and the meaning of the whole.
 *
 * <p>Reusable, one per machine; the bytes stay the caller's and must not move while the view is read. A view
 * is valid after a parser returned a positive result, until the head is rewritten.
 *
 * <pre>
 *   field: 0 line offset | 1 name length (24 bits), id (7), dropped (1) | 2 value offset | 3 value length
 * </pre>
 */
public final class HeadView {
    /** The fields a head may have unless a view is made for more or less. */
    public static final int DEFAULT_MAX_FIELDS = 128;
    /** The greatest limit of fields a view can be made for. */
    public static final int MOST_FIELDS = 4096;

    private static final int FIELD_INTS = 4;
    private static final int META = 1;
    private static final int VALUE = 2;
    private static final int VALUE_BYTES = 3;
    private static final int ID_SHIFT = 24;
    private static final int ID_MASK = 0x3f;
    private static final int NAME_MASK = (1 << ID_SHIFT) - 1;
    private static final int DROPPED = 1 << 31;

    private final int maxFields;
    private final int[] fields;
    private final short[] first = new short[FieldName.OTHER.id() + 1];
    private long address;
    private int startOffset;
    private int fieldsOffset;
    private int fieldsEnd;
    private int headBytes;
    private int fieldCount;
    private long seen;
    private long repeated;
    private int droppedCount;
    private Method method;
    private int methodBytes;
    private TargetForm targetForm;
    private int targetOffset;
    private int targetBytes;
    private int pathOffset;
    private int pathBytes;
    private int queryOffset;
    private int queryBytes;
    private int authorityOffset;
    private int authorityBytes;
    private int hostBytes;
    private int port;
    private int minorVersion;
    private int status;
    private int statusOffset;
    private BodyFraming framing;
    private long contentLength;
    private boolean keepAlive;
    private boolean expectsContinue;

    /** Makes a view of heads of at most {@value #MOST_FIELDS} fields, as limited here. */
    public HeadView(final int maxFields) {
        if (maxFields < 1 || maxFields > MOST_FIELDS) {
            throw new IllegalArgumentException("fields must be 1 to " + MOST_FIELDS + ": " + maxFields);
        }
        this.maxFields = maxFields;
        this.fields = new int[maxFields * FIELD_INTS];
    }

    /** Makes a view of heads of at most {@value #DEFAULT_MAX_FIELDS} fields. */
    public HeadView() {
        this(DEFAULT_MAX_FIELDS);
    }

    public long address() {
        return address;
    }

    /** Returns where the head ends, its blank line and a skipped empty line before it included. */
    public int headBytes() {
        return headBytes;
    }

    /** Returns where the start line begins: behind an empty line that was skipped (RFC 9112, 2.2). */
    public int startOffset() {
        return startOffset;
    }

    /** Returns where the first field line begins, or the blank line when there is none. */
    public int fieldsOffset() {
        return fieldsOffset;
    }

    /** Returns where the blank line begins that ends the head. */
    public int blankLineOffset() {
        return fieldsEnd;
    }

    public Method method() {
        return method;
    }

    public int methodOffset() {
        return startOffset;
    }

    public int methodBytes() {
        return methodBytes;
    }

    public TargetForm targetForm() {
        return targetForm;
    }

    public int targetOffset() {
        return targetOffset;
    }

    public int targetBytes() {
        return targetBytes;
    }

    /** Returns where the path is: {@code *} in asterisk form, a slash when an absolute target has none. */
    public int pathOffset() {
        return pathOffset;
    }

    public int pathBytes() {
        return pathBytes;
    }

    /** Returns where the query begins, behind its question mark. */
    public int queryOffset() {
        return queryOffset;
    }

    /** Returns the bytes of the query, -1 when the target has no question mark. */
    public int queryBytes() {
        return queryBytes;
    }

    public boolean hasAuthority() {
        return authorityBytes > 0;
    }

    /** Returns where host and port begin, in an absolute target or else in Host. */
    public int authorityOffset() {
        return authorityOffset;
    }

    /** Returns the bytes of host and port, 0 when the request (of HTTP/1.0) has none. */
    public int authorityBytes() {
        return authorityBytes;
    }

    /** Returns the bytes of the host at {@link #authorityOffset}, without the port, with brackets. */
    public int hostBytes() {
        return hostBytes;
    }

    /** Returns the port named with the host, 0 when none was. */
    public int port() {
        return port;
    }

    /** Returns x of HTTP/1.x, as received. */
    public int minorVersion() {
        return minorVersion;
    }

    public int status() {
        return status;
    }

    public int statusOffset() {
        return statusOffset;
    }

    public BodyFraming framing() {
        return framing;
    }

    /** Returns the content-length, -1 when none was sent; it may be there without a body (HEAD, 304). */
    public long contentLength() {
        return contentLength;
    }

    /** Tells whether the sender keeps the connection open after this message. */
    public boolean keepAlive() {
        return keepAlive;
    }

    /** Tells whether the client waits for 100 (Continue) before it sends its body. */
    public boolean expectsContinue() {
        return expectsContinue;
    }

    public int fieldCount() {
        return fieldCount;
    }

    /** Returns the {@link FieldName#id} of a field. */
    public int fieldId(final int field) {
        return fields[at(field) + META] >>> ID_SHIFT & ID_MASK;
    }

    public int nameOffset(final int field) {
        return fields[at(field)];
    }

    public int nameBytes(final int field) {
        return fields[at(field) + META] & NAME_MASK;
    }

    /** Returns where the value begins, without white space around it. */
    public int valueOffset(final int field) {
        return fields[at(field) + VALUE];
    }

    public int valueBytes(final int field) {
        return fields[at(field) + VALUE_BYTES];
    }

    public int lineOffset(final int field) {
        return fields[at(field)];
    }

    /** Returns the bytes of a field line with its CRLF. */
    public int lineBytes(final int field) {
        return lineEnd(field) - lineOffset(field);
    }

    /** Returns where the line behind a field begins. */
    public int lineEnd(final int field) {
        return field + 1 < fieldCount ? lineOffset(field + 1) : fieldsEnd;
    }

    /** Returns the first field of a known name, -1 when there is none. */
    public int find(final FieldName name) {
        return has(name) ? first[name.id()] : -1;
    }

    public boolean has(final FieldName name) {
        return (seen & name.bit()) != 0;
    }

    /** Returns the bits of the names that occur more than once. */
    public long repeated() {
        return repeated;
    }

    /** Marks a field as one that the rewriter leaves out. */
    public void drop(final int field) {
        final int meta = at(field) + META;
        droppedCount += fields[meta] >= 0 ? 1 : 0;
        fields[meta] |= DROPPED;
    }

    /** Marks all fields of a set of names, given by their bits. */
    public void dropAll(final long names) {
        if ((seen & names) == 0) {
            return;
        }
        for (int i = 0; i < fieldCount; i++) {
            if ((names >>> fieldId(i) & 1) != 0) {
                drop(i);
            }
        }
    }

    public boolean dropped(final int field) {
        return fields[at(field) + META] < 0;
    }

    public int droppedCount() {
        return droppedCount;
    }

    private int at(final int field) {
        assert field >= 0 && field < fieldCount : field;
        return field * FIELD_INTS;
    }

    // What follows is for parsers: they fill the view in the order of the bytes.

    /** Forgets the former head. */
    public void reset(final long headAddress, final int startLineOffset) {
        address = headAddress;
        startOffset = startLineOffset;
        fieldCount = 0;
        seen = 0;
        repeated = 0;
        droppedCount = 0;
        method = Method.OTHER;
        targetForm = TargetForm.ORIGIN;
        queryBytes = -1;
        authorityBytes = 0;
        hostBytes = 0;
        port = 0;
        status = 0;
        framing = BodyFraming.NONE;
        contentLength = -1;
        keepAlive = false;
        expectsContinue = false;
    }

    public void method(final Method known, final int lengthBytes) {
        method = known;
        methodBytes = lengthBytes;
    }

    public void target(final TargetForm form, final int offset, final int lengthBytes) {
        targetForm = form;
        targetOffset = offset;
        targetBytes = lengthBytes;
    }

    public void path(final int offset, final int lengthBytes) {
        pathOffset = offset;
        pathBytes = lengthBytes;
    }

    public void query(final int offset, final int lengthBytes) {
        queryOffset = offset;
        queryBytes = lengthBytes;
    }

    /** Sets the effective authority, as {@link Authority#parse} read it. */
    public void authority(final int offset, final int lengthBytes, final long parsed) {
        authorityOffset = offset;
        authorityBytes = lengthBytes;
        hostBytes = Authority.hostBytes(parsed);
        port = Authority.port(parsed);
    }

    public void version(final int minor) {
        minorVersion = minor;
    }

    public void status(final int code, final int offset) {
        status = code;
        statusOffset = offset;
    }

    /** Sets where the field lines begin. */
    public void beginFields(final int offset) {
        fieldsOffset = offset;
    }

    /** Adds a field, unless the view {@link #isFull}. */
    public void add(final int lineOffset, final int nameLengthBytes, final int id, final int valueOffset,
            final int valueLengthBytes) {
        assert nameLengthBytes <= NAME_MASK;
        final int field = fieldCount++;
        final int at = field * FIELD_INTS;
        fields[at] = lineOffset;
        fields[at + META] = nameLengthBytes | id << ID_SHIFT;
        fields[at + VALUE] = valueOffset;
        fields[at + VALUE_BYTES] = valueLengthBytes;
        final long bit = 1L << id;
        if ((seen & bit) == 0) {
            seen |= bit;
            first[id] = (short) field;
        } else {
            repeated |= bit;
        }
    }

    public boolean isFull() {
        return fieldCount == maxFields;
    }

    /** Sets where the field lines and the head end. */
    public void end(final int blankLineOffset, final int lengthBytes) {
        fieldsEnd = blankLineOffset;
        headBytes = lengthBytes;
    }

    public void framing(final BodyFraming known) {
        framing = known;
    }

    public void contentLength(final long lengthBytes) {
        contentLength = lengthBytes;
    }

    public void keepAlive(final boolean kept) {
        keepAlive = kept;
    }

    public void expectsContinue(final boolean expected) {
        expectsContinue = expected;
    }
}
