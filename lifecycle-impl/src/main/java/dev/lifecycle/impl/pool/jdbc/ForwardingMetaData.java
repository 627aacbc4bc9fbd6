package dev.lifecycle.impl.pool.jdbc;

import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.RowIdLifetime;
import java.sql.SQLException;
import org.jspecify.annotations.NullUnmarked;

/** Passes each call on to a description of the database of the driver, from within {@link #enter} and {@link #leave}, and each exception through {@link #failed}. */
@NullUnmarked // JDBC says nothing about nulls
abstract class ForwardingMetaData implements DatabaseMetaData {

    /** Returns the driver's; {@link #leave} follows. */
    abstract DatabaseMetaData enter() throws SQLException;

    abstract void leave();

    /** Hears of an exception of the driver, and returns it. */
    abstract SQLException failed(SQLException e);

    abstract ResultSet results(ResultSet raw);

    @Override
    public boolean allProceduresAreCallable() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.allProceduresAreCallable();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean allTablesAreSelectable() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.allTablesAreSelectable();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getURL() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getURL();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getUserName() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getUserName();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isReadOnly() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.isReadOnly();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean nullsAreSortedHigh() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.nullsAreSortedHigh();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean nullsAreSortedLow() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.nullsAreSortedLow();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean nullsAreSortedAtStart() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.nullsAreSortedAtStart();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean nullsAreSortedAtEnd() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.nullsAreSortedAtEnd();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getDatabaseProductName() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDatabaseProductName();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getDatabaseProductVersion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDatabaseProductVersion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getDriverName() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDriverName();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getDriverVersion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDriverVersion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean usesLocalFiles() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.usesLocalFiles();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean usesLocalFilePerTable() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.usesLocalFilePerTable();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsMixedCaseIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsMixedCaseIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean storesUpperCaseIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.storesUpperCaseIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean storesLowerCaseIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.storesLowerCaseIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean storesMixedCaseIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.storesMixedCaseIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsMixedCaseQuotedIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsMixedCaseQuotedIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean storesUpperCaseQuotedIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.storesUpperCaseQuotedIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean storesLowerCaseQuotedIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.storesLowerCaseQuotedIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean storesMixedCaseQuotedIdentifiers() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.storesMixedCaseQuotedIdentifiers();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getIdentifierQuoteString() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getIdentifierQuoteString();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getSQLKeywords() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getSQLKeywords();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getNumericFunctions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getNumericFunctions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getStringFunctions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getStringFunctions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getSystemFunctions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getSystemFunctions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getTimeDateFunctions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getTimeDateFunctions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getSearchStringEscape() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getSearchStringEscape();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getExtraNameCharacters() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getExtraNameCharacters();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsAlterTableWithAddColumn() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsAlterTableWithAddColumn();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsAlterTableWithDropColumn() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsAlterTableWithDropColumn();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsColumnAliasing() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsColumnAliasing();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean nullPlusNonNullIsNull() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.nullPlusNonNullIsNull();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsConvert() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsConvert();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsConvert(int fromType, int toType) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsConvert(fromType, toType);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsTableCorrelationNames() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsTableCorrelationNames();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsDifferentTableCorrelationNames() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsDifferentTableCorrelationNames();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsExpressionsInOrderBy() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsExpressionsInOrderBy();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsOrderByUnrelated() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsOrderByUnrelated();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsGroupBy() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsGroupBy();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsGroupByUnrelated() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsGroupByUnrelated();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsGroupByBeyondSelect() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsGroupByBeyondSelect();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsLikeEscapeClause() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsLikeEscapeClause();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsMultipleResultSets() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsMultipleResultSets();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsMultipleTransactions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsMultipleTransactions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsNonNullableColumns() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsNonNullableColumns();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsMinimumSQLGrammar() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsMinimumSQLGrammar();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCoreSQLGrammar() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCoreSQLGrammar();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsExtendedSQLGrammar() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsExtendedSQLGrammar();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsANSI92EntryLevelSQL() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsANSI92EntryLevelSQL();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsANSI92IntermediateSQL() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsANSI92IntermediateSQL();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsANSI92FullSQL() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsANSI92FullSQL();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsIntegrityEnhancementFacility() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsIntegrityEnhancementFacility();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsOuterJoins() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsOuterJoins();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsFullOuterJoins() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsFullOuterJoins();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsLimitedOuterJoins() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsLimitedOuterJoins();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getSchemaTerm() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getSchemaTerm();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getProcedureTerm() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getProcedureTerm();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getCatalogTerm() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getCatalogTerm();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean isCatalogAtStart() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.isCatalogAtStart();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public String getCatalogSeparator() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getCatalogSeparator();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSchemasInDataManipulation() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSchemasInDataManipulation();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSchemasInProcedureCalls() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSchemasInProcedureCalls();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSchemasInTableDefinitions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSchemasInTableDefinitions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSchemasInIndexDefinitions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSchemasInIndexDefinitions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSchemasInPrivilegeDefinitions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSchemasInPrivilegeDefinitions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCatalogsInDataManipulation() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCatalogsInDataManipulation();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCatalogsInProcedureCalls() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCatalogsInProcedureCalls();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCatalogsInTableDefinitions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCatalogsInTableDefinitions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCatalogsInIndexDefinitions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCatalogsInIndexDefinitions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCatalogsInPrivilegeDefinitions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCatalogsInPrivilegeDefinitions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsPositionedDelete() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsPositionedDelete();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsPositionedUpdate() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsPositionedUpdate();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSelectForUpdate() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSelectForUpdate();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsStoredProcedures() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsStoredProcedures();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSubqueriesInComparisons() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSubqueriesInComparisons();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSubqueriesInExists() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSubqueriesInExists();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSubqueriesInIns() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSubqueriesInIns();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSubqueriesInQuantifieds() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSubqueriesInQuantifieds();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsCorrelatedSubqueries() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsCorrelatedSubqueries();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsUnion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsUnion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsUnionAll() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsUnionAll();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsOpenCursorsAcrossCommit() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsOpenCursorsAcrossCommit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsOpenCursorsAcrossRollback() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsOpenCursorsAcrossRollback();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsOpenStatementsAcrossCommit() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsOpenStatementsAcrossCommit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsOpenStatementsAcrossRollback() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsOpenStatementsAcrossRollback();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxBinaryLiteralLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxBinaryLiteralLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxCharLiteralLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxCharLiteralLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxColumnNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxColumnNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxColumnsInGroupBy() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxColumnsInGroupBy();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxColumnsInIndex() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxColumnsInIndex();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxColumnsInOrderBy() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxColumnsInOrderBy();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxColumnsInSelect() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxColumnsInSelect();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxColumnsInTable() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxColumnsInTable();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxConnections() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxConnections();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxCursorNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxCursorNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxIndexLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxIndexLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxSchemaNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxSchemaNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxProcedureNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxProcedureNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxCatalogNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxCatalogNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxRowSize() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxRowSize();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean doesMaxRowSizeIncludeBlobs() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.doesMaxRowSizeIncludeBlobs();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxStatementLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxStatementLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxStatements() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxStatements();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxTableNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxTableNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxTablesInSelect() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxTablesInSelect();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getMaxUserNameLength() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxUserNameLength();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getDefaultTransactionIsolation() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDefaultTransactionIsolation();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsTransactions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsTransactions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsTransactionIsolationLevel(int level) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsTransactionIsolationLevel(level);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsDataDefinitionAndDataManipulationTransactions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsDataDefinitionAndDataManipulationTransactions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsDataManipulationTransactionsOnly() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsDataManipulationTransactionsOnly();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean dataDefinitionCausesTransactionCommit() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.dataDefinitionCausesTransactionCommit();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean dataDefinitionIgnoredInTransactions() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.dataDefinitionIgnoredInTransactions();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getProcedures(String catalog, String schemaPattern, String procedureNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getProcedures(catalog, schemaPattern, procedureNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getProcedureColumns(
            String catalog, String schemaPattern, String procedureNamePattern, String columnNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getProcedureColumns(catalog, schemaPattern, procedureNamePattern, columnNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getTables(String catalog, String schemaPattern, String tableNamePattern, String[] types)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getTables(catalog, schemaPattern, tableNamePattern, types));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getSchemas() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getSchemas());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getCatalogs() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getCatalogs());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getTableTypes() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getTableTypes());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getColumns(String catalog, String schemaPattern, String tableNamePattern, String columnNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getColumns(catalog, schemaPattern, tableNamePattern, columnNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getColumnPrivileges(String catalog, String schema, String table, String columnNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getColumnPrivileges(catalog, schema, table, columnNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getTablePrivileges(String catalog, String schemaPattern, String tableNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getTablePrivileges(catalog, schemaPattern, tableNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getBestRowIdentifier(String catalog, String schema, String table, int scope, boolean nullable)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getBestRowIdentifier(catalog, schema, table, scope, nullable));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getVersionColumns(String catalog, String schema, String table) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getVersionColumns(catalog, schema, table));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getPrimaryKeys(String catalog, String schema, String table) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getPrimaryKeys(catalog, schema, table));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getImportedKeys(String catalog, String schema, String table) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getImportedKeys(catalog, schema, table));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getExportedKeys(String catalog, String schema, String table) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getExportedKeys(catalog, schema, table));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getCrossReference(
            String parentCatalog,
            String parentSchema,
            String parentTable,
            String foreignCatalog,
            String foreignSchema,
            String foreignTable)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getCrossReference(
                    parentCatalog, parentSchema, parentTable, foreignCatalog, foreignSchema, foreignTable));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getTypeInfo() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getTypeInfo());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getIndexInfo(String catalog, String schema, String table, boolean unique, boolean approximate)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getIndexInfo(catalog, schema, table, unique, approximate));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsResultSetType(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsResultSetType(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsResultSetConcurrency(int type, int concurrency) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsResultSetConcurrency(type, concurrency);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean ownUpdatesAreVisible(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.ownUpdatesAreVisible(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean ownDeletesAreVisible(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.ownDeletesAreVisible(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean ownInsertsAreVisible(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.ownInsertsAreVisible(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean othersUpdatesAreVisible(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.othersUpdatesAreVisible(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean othersDeletesAreVisible(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.othersDeletesAreVisible(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean othersInsertsAreVisible(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.othersInsertsAreVisible(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean updatesAreDetected(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.updatesAreDetected(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean deletesAreDetected(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.deletesAreDetected(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean insertsAreDetected(int type) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.insertsAreDetected(type);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsBatchUpdates() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsBatchUpdates();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getUDTs(String catalog, String schemaPattern, String typeNamePattern, int[] types)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getUDTs(catalog, schemaPattern, typeNamePattern, types));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSavepoints() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSavepoints();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsNamedParameters() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsNamedParameters();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsMultipleOpenResults() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsMultipleOpenResults();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsGetGeneratedKeys() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsGetGeneratedKeys();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getSuperTypes(String catalog, String schemaPattern, String typeNamePattern) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getSuperTypes(catalog, schemaPattern, typeNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getSuperTables(String catalog, String schemaPattern, String tableNamePattern) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getSuperTables(catalog, schemaPattern, tableNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getAttributes(
            String catalog, String schemaPattern, String typeNamePattern, String attributeNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getAttributes(catalog, schemaPattern, typeNamePattern, attributeNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsResultSetHoldability(int holdability) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsResultSetHoldability(holdability);
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getResultSetHoldability() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getResultSetHoldability();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getDatabaseMajorVersion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getDatabaseMinorVersion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getDatabaseMinorVersion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getJDBCMajorVersion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getJDBCMajorVersion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getJDBCMinorVersion() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getJDBCMinorVersion();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public int getSQLStateType() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getSQLStateType();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean locatorsUpdateCopy() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.locatorsUpdateCopy();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsStatementPooling() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsStatementPooling();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public RowIdLifetime getRowIdLifetime() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getRowIdLifetime();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getSchemas(String catalog, String schemaPattern) throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getSchemas(catalog, schemaPattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsStoredFunctionsUsingCallSyntax() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsStoredFunctionsUsingCallSyntax();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean autoCommitFailureClosesAllResultSets() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.autoCommitFailureClosesAllResultSets();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getClientInfoProperties() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getClientInfoProperties());
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getFunctions(String catalog, String schemaPattern, String functionNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getFunctions(catalog, schemaPattern, functionNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getFunctionColumns(
            String catalog, String schemaPattern, String functionNamePattern, String columnNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getFunctionColumns(catalog, schemaPattern, functionNamePattern, columnNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public ResultSet getPseudoColumns(
            String catalog, String schemaPattern, String tableNamePattern, String columnNamePattern)
            throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return results(on.getPseudoColumns(catalog, schemaPattern, tableNamePattern, columnNamePattern));
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean generatedKeyAlwaysReturned() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.generatedKeyAlwaysReturned();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public long getMaxLogicalLobSize() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.getMaxLogicalLobSize();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsRefCursors() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsRefCursors();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }

    @Override
    public boolean supportsSharding() throws SQLException {
        DatabaseMetaData on = enter();
        try {
            return on.supportsSharding();
        } catch (SQLException e) {
            throw failed(e);
        } finally {
            leave();
        }
    }
}
