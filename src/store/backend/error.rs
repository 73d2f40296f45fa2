//! What a database could not do.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// What a database could not do, or is not for this binary.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("数据库出错：{0}")]
    Database(#[from] DieselError),
    #[error("打不开数据库 {url}：{cause}")]
    Open { url: String, cause: String },
    #[error("数据库地址 {0} 不认识：请用 sqlite:文件名 或 postgres://…")]
    UnknownUrl(String),
    #[error("数据库已由更新的版本升级（{version}），请使用新版 tuan")]
    NewerSchema { version: String },
    #[error("升级数据库失败：{0}")]
    Migration(String),
    #[error("没有空闲的写入编号：同时运行的 tuan 超过 1024 个")]
    NoWriterFree,
    #[error("操作系统给不出随机数：{0}")]
    NoRandomness(String),
    /// The same rows were written by another server at the same moment: the transaction is to be run again.
    #[error("同一时刻有别的服务器写入（another server wrote the same rows at the same moment）")]
    Raced,
    /// A row does not hold what it was written with.
    #[error("表 {0} 中有损坏的行（a damaged row）")]
    DamagedRow(&'static str),
    /// Nothing can be written at present, whatever it is: a full disk, a database that went away.
    #[error("数据库暂时写不了：{0}")]
    Unavailable(String),
    #[error(
        "数据库一直被另一个程序写着，等了 10 秒；什么都没有改，请稍后再试（the database stayed locked for 10 s, nothing was changed）"
    )]
    Locked,
    #[error(
        "数据库 {database} 已有一个服务器在用（进程 {process}）。一个 SQLite 文件只能由一个服务器打开：请先停下它，或给这一个换 --database；命令不受影响（another server has this database open）"
    )]
    SecondServer { database: String, process: String },
    #[error("数据库文件已损坏：{findings}。请从备份恢复（the database file is damaged, restore a backup）")]
    Damaged { findings: String },
}

impl StoreError {
    pub fn migration(cause: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
        StoreError::Migration(cause.to_string())
    }

    /// What a transaction that could not begin says: a locked file has been waited for already (`busy_timeout`).
    pub(super) fn of_begin(error: DieselError) -> StoreError {
        match &error {
            DieselError::DatabaseError(_, info) if info.message().contains("database is locked") => StoreError::Locked,
            _ => StoreError::Database(error),
        }
    }

    /// Whether the same transaction may succeed when it is run again.
    pub fn is_passing(&self) -> bool {
        if matches!(self, StoreError::Raced) {
            return true;
        }
        let StoreError::Database(DieselError::DatabaseError(kind, info)) = self else { return false };
        matches!(kind, DatabaseErrorKind::SerializationFailure) || info.message().contains("deadlock detected")
    }

    /// Whether any other transaction would fail now too, and perhaps not in a while.
    pub fn is_everyones(&self) -> bool {
        self.trouble().is_some()
    }

    /// Whether a row with the same key is there already.
    pub fn is_taken_key(&self) -> bool {
        matches!(self, StoreError::Database(DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _)))
    }
}

/// An error that may hold what the database said.
pub trait AsStoreError {
    fn as_store_error(&self) -> Option<&StoreError>;
}

impl AsStoreError for StoreError {
    fn as_store_error(&self) -> Option<&StoreError> {
        Some(self)
    }
}
